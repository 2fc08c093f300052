import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowsDiff, IconCamera } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { environmentPath } from '../../app/routes.ts';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { CurrentJob } from '../environment/current-job.tsx';
import { useLatestJob } from '../jobs/use-jobs.ts';
import { CreateSnapshotDialog } from './create-snapshot-dialog.tsx';
import { DataMenu } from './data-menu.tsx';
import { ScheduleLine } from './schedule-line.tsx';
import { oldestFirst, storeWords } from './snapshot-words.ts';
import { SnapshotsTable } from './snapshots-table.tsx';
import { TakeInMenu } from './take-in-menu.tsx';
import { useSnapshots } from './use-snapshots.ts';

/** All snapshots of an environment, day by day, newest first. */
export function SnapshotTimeline({ environment }: { environment: EnvironmentSummary }): ReactNode {
  const snapshots = useSnapshots(environment.id);
  const [creating, setCreating] = useState(false);
  const job = useLatestJob(environment.id);
  const takeButton = (
    <Button
      variant="light"
      leftSection={<IconCamera size={16} />}
      disabled={environment.jobId !== undefined}
      onClick={() => setCreating(true)}
    >
      Take snapshot
    </Button>
  );
  return (
    <Stack gap="md">
      {job ? <CurrentJob key={job.id} summary={job} /> : null}
      <Loaded query={snapshots} skeleton={<RowsSkeleton rows={4} height={44} />}>
        {(all) =>
          all.length === 0 ? (
            <EmptyNote
              icon={<IconCamera />}
              title="No snapshots yet"
              description="A snapshot keeps all volumes of this environment as they are now, so that you can come back to them."
            >
              {takeButton}
              <TakeInMenu environment={environment} />
            </EmptyNote>
          ) : (
            <SnapshotList environment={environment} all={all} takeButton={takeButton} />
          )
        }
      </Loaded>
      <CreateSnapshotDialog environment={environment} opened={creating} onClose={() => setCreating(false)} />
    </Stack>
  );
}

interface SnapshotListProps {
  environment: EnvironmentSummary;
  all: readonly SnapshotSummary[];
  takeButton: ReactNode;
}

function SnapshotList({ environment, all, takeButton }: SnapshotListProps): ReactNode {
  const [, navigate] = useLocation();
  const [marked, setMarked] = useState<readonly string[]>([]);
  // What was deleted meanwhile can't be compared.
  const chosen = oldestFirst(all).filter(({ id }) => marked.includes(id));
  const { usage: asked } = useApi().snapshots;
  // Asked again whenever the list changes.
  const usage = useQuery(asked.queryOptions({ queryKey: [...asked.queryKey(), all.map(({ id }) => id)] }));
  const compare = (): void => navigate(environmentPath(environment.id, 'snapshots', chosen.map(({ id }) => id)));
  return (
    <>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2}>
          <Text size="sm" c="dimmed" role="status">
            {storeWords(all, usage.data)}
          </Text>
          <ScheduleLine environment={environment} />
        </Stack>
        <Group gap="xs" wrap="nowrap">
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconArrowsDiff size={16} />}
            disabled={chosen.length !== 2}
            title={chosen.length === 2 ? '' : 'Mark two snapshots to compare them'}
            onClick={compare}
          >
            Compare
          </Button>
          <TakeInMenu environment={environment} />
          <DataMenu environment={environment} snapshots={all} />
          {takeButton}
        </Group>
      </Group>
      <SnapshotsTable
        environment={environment}
        snapshots={all}
        busy={environment.jobId !== undefined}
        marked={marked}
        onMark={(id, mark) => setMarked((before) => (mark ? [...before, id].slice(-2) : before.filter((one) => one !== id)))}
      />
    </>
  );
}
