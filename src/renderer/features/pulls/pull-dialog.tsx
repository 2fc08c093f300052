import { Button, Modal, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { DownloadPlan } from '../../../shared/models/download.ts';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { downloadWords, imageDownloadWords } from './pull-words.ts';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface PullDialogProps {
  environment: EnvironmentSummary;
  opened: boolean;
  onClose: () => void;
}

/** What a pull would download, image by image, before it is done. */
export function PullDialog({ environment, opened, onClose }: PullDialogProps): ReactNode {
  const api = useApi();
  const input = { environmentId: environment.id };
  const estimate = useQuery({ ...api.pulls.estimate.queryOptions({ input }), enabled: opened, gcTime: 0 });
  const pull = useMutation(api.pulls.start.mutationOptions({ onSuccess: onClose }));
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={`Pull the images of ${environment.title}`}>
      <Stack gap="md">
        <Loaded query={estimate} skeleton={<RowsSkeleton rows={4} height={34} />}>
          {(plan) => <Images plan={plan} />}
        </Loaded>
        <DialogButtons onCancel={onClose}>
          <Button leftSection={<IconDownload size={16} />} loading={pull.isPending} onClick={() => pull.mutate(input)} data-autofocus>
            Pull
          </Button>
        </DialogButtons>
      </Stack>
    </Modal>
  );
}

function Images({ plan }: { plan: DownloadPlan }): ReactNode {
  return (
    <Stack gap="xs">
      <Table aria-label="Images">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Image</Table.Th>
            <Table.Th>Services</Table.Th>
            <Table.Th ta="right">On the engine</Table.Th>
            <Table.Th ta="right">To download</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {plan.images.map((image) => (
            <Table.Tr key={`${image.reference} ${image.services.join(' ')}`}>
              <Table.Td>
                <Text size="sm" ff="monospace" className="wrap">
                  {image.reference}
                </Text>
                {image.problem ? (
                  <Text size="xs" c="orange" className="wrap">
                    {image.problem.message} {image.problem.hint}
                  </Text>
                ) : null}
              </Table.Td>
              <Table.Td>{image.services.join(', ')}</Table.Td>
              <Table.Td ta="right" className="numbers nowrap">
                {image.engineBytes === undefined ? 'no' : formatBytes(image.engineBytes)}
              </Table.Td>
              <Table.Td ta="right" className="numbers nowrap">
                {imageDownloadWords(image)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm">{downloadWords(plan)}</Text>
    </Stack>
  );
}
