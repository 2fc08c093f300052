import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconCamera } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { count, formatBytes } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { CurrentJob } from '../environment/current-job.tsx';
import { useLatestJob } from '../jobs/use-jobs.ts';
import { CreateSnapshotDialog } from './create-snapshot-dialog.tsx';
import { SnapshotsTable } from './snapshots-table.tsx';

export function SnapshotsTab({ environment }: { environment: EnvironmentSummary }): ReactNode {
  const snapshots = useQuery(
    useApi().snapshots.watch.experimental_liveOptions({ input: { environmentId: environment.id } }),
  );
  const [creating, setCreating] = useState(false);
  const job = useLatestJob(environment.id);
  const createButton = (
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
              {createButton}
            </EmptyNote>
          ) : (
            <>
              <Group justify="space-between">
                <Text size="sm" c="dimmed">
                  {storeWords(all)}
                </Text>
                {createButton}
              </Group>
              <SnapshotsTable snapshots={all} busy={environment.jobId !== undefined} />
            </>
          )
        }
      </Loaded>
      <CreateSnapshotDialog environment={environment} opened={creating} onClose={() => setCreating(false)} />
    </Stack>
  );
}

function storeWords(all: readonly SnapshotSummary[]): string {
  return `${count(all.length, 'snapshot')}, ${formatBytes(all.reduce((sum, one) => sum + one.newBytes, 0))} on disk`;
}
