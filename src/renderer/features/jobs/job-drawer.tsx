import { Button, Drawer, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconActivity } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useApi } from '../../api/api.tsx';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { JobCard } from './job-card.tsx';
import { useJobs } from './use-jobs.ts';

/** All jobs, newest first. The running one is open; any other opens on click. */
export function JobDrawer({ opened, onClose }: { opened: boolean; onClose: () => void }): ReactNode {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={560}
      title="Activity"
      overlayProps={{ backgroundOpacity: 0.25 }}
    >
      <JobList />
    </Drawer>
  );
}

function JobList(): ReactNode {
  const api = useApi();
  const jobs = useJobs();
  const clear = useMutation(api.jobs.clear.mutationOptions());
  const [chosen, setChosen] = useState<string | null>();
  return (
    <Loaded query={jobs} skeleton={<RowsSkeleton rows={4} height={48} />}>
      {(all) => {
        if (all.length === 0) {
          return (
            <EmptyNote
              icon={<IconActivity />}
              title="Nothing has run yet"
              description="Starts, stops, snapshots and restores show up here with their progress and log."
            />
          );
        }
        const open = chosen === undefined ? (all.find((job) => !job.outcome) ?? all[0])?.id : chosen;
        return (
          <>
            <Group justify="flex-end" mb="xs">
              <Button
                variant="subtle"
                size="compact-sm"
                color="gray"
                disabled={all.every((job) => !job.outcome)}
                onClick={() => clear.mutate(undefined)}
              >
                Clear finished
              </Button>
            </Group>
            {all.map((job) => (
              <JobCard
                key={job.id}
                summary={job}
                open={job.id === open}
                onToggle={() => setChosen(job.id === open ? null : job.id)}
              />
            ))}
          </>
        );
      }}
    </Loaded>
  );
}
