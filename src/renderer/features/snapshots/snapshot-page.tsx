import { Alert, Badge, Button, Group, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowLeft, IconArrowsDiff, IconRestore } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { SnapshotDetails, SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { environmentPath } from '../../app/routes.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { CurrentJob } from '../environment/current-job.tsx';
import { useLatestJob } from '../jobs/use-jobs.ts';
import { RestoreDialog } from './restore-dialog.tsx';
import { SnapshotBrowser } from './snapshot-browser.tsx';
import { SnapshotFacts } from './snapshot-facts.tsx';
import { SnapshotMenu } from './snapshot-menu.tsx';
import { kindLooks, oldestFirst } from './snapshot-words.ts';
import { useSnapshots } from './use-snapshots.ts';

interface SnapshotPageProps {
  environment: EnvironmentSummary;
  snapshotId: string;
}

/** One snapshot: what it was taken from, and the files in it. */
export function SnapshotPage({ environment, snapshotId }: SnapshotPageProps): ReactNode {
  const details = useQuery(useApi().snapshots.details.queryOptions({ input: { snapshotId } }));
  const job = useLatestJob(environment.id);
  return (
    <Stack gap="md">
      <BackToTimeline environmentId={environment.id} />
      {job && job.outcome === undefined ? <CurrentJob key={job.id} summary={job} /> : null}
      <Loaded query={details} skeleton={<RowsSkeleton rows={6} />}>
        {(snapshot) => <SnapshotBody environment={environment} snapshot={snapshot} />}
      </Loaded>
    </Stack>
  );
}

export function BackToTimeline({ environmentId }: { environmentId: string }): ReactNode {
  return (
    <Link href={environmentPath(environmentId, 'snapshots')} className="back-link">
      <IconArrowLeft size={14} /> All snapshots
    </Link>
  );
}

function SnapshotBody({ environment, snapshot }: { environment: EnvironmentSummary; snapshot: SnapshotDetails }): ReactNode {
  const [, navigate] = useLocation();
  const [restoring, setRestoring] = useState(false);
  const all = useSnapshots(environment.id).data ?? [];
  // Name, note and tags may change while the page is open; the list tells.
  const shown = all.find(({ id }) => id === snapshot.id) ?? snapshot;
  const earlier = previous(all, snapshot.id);
  const kind = kindLooks[snapshot.kind];
  return (
    <>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <Group gap="xs" wrap="nowrap">
            <Title order={2} className="truncate">
              {shown.name}
            </Title>
            <Tooltip label={kind.hint}>
              <Badge color={kind.color} tabIndex={0} className="whole">
                {kind.label}
              </Badge>
            </Tooltip>
            {shown.tags.map((tag) => (
              <Badge key={tag} variant="outline" color="gray" className="whole">
                {tag}
              </Badge>
            ))}
          </Group>
          {shown.note ? (
            <Text size="sm" c="dimmed">
              {shown.note}
            </Text>
          ) : null}
        </Stack>
        <Group gap="xs" wrap="nowrap">
          {earlier ? (
            <Button
              variant="subtle"
              color="gray"
              leftSection={<IconArrowsDiff size={16} />}
              onClick={() => navigate(environmentPath(environment.id, 'snapshots', [earlier.id, snapshot.id]))}
            >
              Changes since the one before
            </Button>
          ) : null}
          <Button
            leftSection={<IconRestore size={16} />}
            disabled={environment.jobId !== undefined || snapshot.problem !== undefined}
            onClick={() => setRestoring(true)}
          >
            Restore
          </Button>
          <SnapshotMenu
            environmentId={environment.id}
            snapshot={shown}
            onRemoved={() => navigate(environmentPath(environment.id, 'snapshots'))}
          />
        </Group>
      </Group>
      {snapshot.problem === undefined ? null : (
        <Alert color="red" title="This snapshot can’t be read">
          {snapshot.problem}
        </Alert>
      )}
      <SnapshotFacts snapshot={snapshot} />
      {snapshot.problem === undefined ? <SnapshotBrowser snapshot={snapshot} /> : null}
      <RestoreDialog environment={environment} snapshot={restoring ? snapshot : undefined} onClose={() => setRestoring(false)} />
    </>
  );
}

/** The one taken just before. */
function previous(all: readonly SnapshotSummary[], id: string): SnapshotSummary | undefined {
  const ordered = oldestFirst(all);
  return ordered[ordered.findIndex((one) => one.id === id) - 1];
}
