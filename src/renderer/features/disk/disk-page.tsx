import { Alert, Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconTrash } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { DiskReport } from '../../../shared/models/disk.ts';
import { useApi } from '../../api/api.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { useJobs } from '../jobs/use-jobs.ts';
import { DiskSummary } from './disk-summary.tsx';
import { ImagesTable } from './images-table.tsx';
import { PruneDialog } from './prune-dialog.tsx';
import { VolumesTable } from './volumes-table.tsx';

/** What takes space, for whom, and what can go. */
export function DiskPage(): ReactNode {
  const [pruning, setPruning] = useState(false);
  const report = useQuery(useApi().disk.report.queryOptions());
  const { refetch } = report;
  const pruned = useJobs().data?.filter(({ kind, outcome }) => kind === 'images.prune' && outcome).length ?? 0;
  useEffect(() => {
    if (pruned > 0) void refetch();
  }, [pruned, refetch]);
  return (
    <>
      <PageHeader
        title="Disk"
        description={report.data ? verdict(report.data) : 'What takes space on the engine, and for which environment.'}
        actions={
          <Button
            variant="default"
            leftSection={<IconTrash size={16} />}
            disabled={!report.data?.images.some(({ unused }) => unused)}
            onClick={() => setPruning(true)}
          >
            Remove unused images…
          </Button>
        }
      />
      <Loaded query={report} skeleton={<RowsSkeleton rows={8} height={38} />}>
        {(known) => (
          <Stack gap="xl">
            {known.unreadable.map(({ environment, message }) => (
              <Alert key={environment} color="orange" title={`The files of ${environment} can’t be read`}>
                {message} While that is so, no image is called unused.
              </Alert>
            ))}
            <DiskSummary report={known} />
            <ImagesTable images={known.images} />
            <VolumesTable volumes={known.volumes} />
            <PruneDialog report={known} opened={pruning} onClose={() => setPruning(false)} />
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function verdict({ reclaimableBytes, localReclaimableBytes }: DiskReport): string {
  const bytes = reclaimableBytes + localReclaimableBytes;
  return bytes === 0 ? 'Every image is needed.' : `${formatBytes(bytes)} of images that nobody needs.`;
}
