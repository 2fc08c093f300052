import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconArrowUp, IconLock, IconMasksTheater, IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { ServiceImage } from '../../../shared/models/image-check.ts';
import { useApi } from '../../api/api.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { CurrentJob } from '../environment/current-job.tsx';
import { useLatestJob } from '../jobs/use-jobs.ts';
import { checkWords } from './image-words.ts';
import { ImagesTable } from './images-table.tsx';
import { LockDialog } from './lock-dialog.tsx';
import { RehearsalList } from './rehearsal-list.tsx';
import { RehearseDialog } from './rehearse-dialog.tsx';

/** What each service runs, whether there is something newer, and what to do about it. */
export function ImagesTab({ environment }: { environment: EnvironmentSummary }): ReactNode {
  const environmentId = environment.id;
  const job = useLatestJob(environmentId);
  // Once a job has ended, other images may run.
  const ended = job?.outcome ? job.id : '';
  const options = useApi().images.check.queryOptions({ input: { environmentId } });
  const images = useQuery({ ...options, queryKey: [...options.queryKey, ended] });
  return (
    <Stack gap="md">
      {job ? <CurrentJob key={job.id} summary={job} /> : null}
      <Loaded query={images} skeleton={<RowsSkeleton rows={5} height={44} />}>
        {(found) => (
          <Stack gap="md">
            <Group justify="space-between">
              <Text size="sm" c="dimmed" role="status">
                {checkWords(found)}
              </Text>
              <ImageActions environment={environment} images={found} checking={images.isFetching} onCheck={() => void images.refetch()} />
            </Group>
            <ImagesTable images={found} />
          </Stack>
        )}
      </Loaded>
      <RehearsalList environmentId={environmentId} />
    </Stack>
  );
}

interface ImageActionsProps {
  environment: EnvironmentSummary;
  images: readonly ServiceImage[];
  checking: boolean;
  onCheck: () => void;
}

function ImageActions({ environment, images, checking, onCheck }: ImageActionsProps): ReactNode {
  const [open, setOpen] = useState<'lock' | 'rehearse' | 'update'>();
  const close = (): void => setOpen(undefined);
  const update = useMutation(useApi().images.update.mutationOptions({ onSuccess: close }));
  const busy = environment.jobId !== undefined;
  const nothingNewer = !images.some(({ state }) => state === 'newer' || state === 'drifted');
  return (
    <>
      <Group gap="xs">
        <Button variant="default" leftSection={<IconRefresh size={16} />} loading={checking} onClick={onCheck}>
          Check again
        </Button>
        <Button variant="default" leftSection={<IconLock size={16} />} onClick={() => setOpen('lock')}>
          Lock…
        </Button>
        <Button variant="light" leftSection={<IconMasksTheater size={16} />} disabled={busy} onClick={() => setOpen('rehearse')}>
          Rehearse…
        </Button>
        <Button leftSection={<IconArrowUp size={16} />} disabled={busy || nothingNewer} onClick={() => setOpen('update')}>
          Update…
        </Button>
      </Group>
      <LockDialog environmentId={environment.id} opened={open === 'lock'} onClose={close} />
      <RehearseDialog environment={environment} images={images} opened={open === 'rehearse'} onClose={close} />
      <ConfirmDialog
        opened={open === 'update'}
        title={`Update ${environment.title}`}
        confirmLabel="Update"
        busy={update.isPending}
        onConfirm={() => update.mutate({ environmentId: environment.id })}
        onClose={close}
      >
        <Text size="sm">
          Pulls what is newer, takes a safety snapshot, starts the services with the new images and runs the checks. When
          something fails, images and data are put back as they are now.
        </Text>
      </ConfirmDialog>
    </>
  );
}
