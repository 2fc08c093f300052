import { Alert, Badge, Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconCircleCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Plan } from '../../../shared/models/plan.ts';
import { useApi } from '../../api/api.tsx';
import { count } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { DownloadSize } from '../pulls/download-size.tsx';
import { actionLooks, planSummary } from './plan-words.ts';

interface PlanDialogProps {
  environmentId: string;
  opened: boolean;
  onClose: () => void;
}

/** Shows what a start would change and why; starting from here does exactly that plan or refuses. */
export function PlanDialog({ environmentId, opened, onClose }: PlanDialogProps): ReactNode {
  const api = useApi();
  const plan = useQuery({
    ...api.environments.plan.queryOptions({ input: { environmentId, intent: 'up' } }),
    enabled: opened,
    gcTime: 0,
  });
  const up = useMutation(api.environments.up.mutationOptions({ onSuccess: onClose }));
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title="What will happen">
      <Stack gap="md">
        <Loaded query={plan} skeleton={<RowsSkeleton rows={6} height={30} />}>
          {(value) => (
            <>
              <PlanBody plan={value} />
              {value.steps.some(({ action }) => action === 'pull-image') ? <DownloadSize environmentId={environmentId} /> : null}
            </>
          )}
        </Loaded>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button
            disabled={!plan.data?.steps.length || plan.isFetching}
            loading={up.isPending}
            onClick={() => up.mutate({ environmentId, ...(plan.data ? { planHash: plan.data.hash } : {}) })}
          >
            Do this
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function PlanBody({ plan }: { plan: Plan }): ReactNode {
  return (
    <>
      {plan.warnings.map((warning) => (
        <Alert key={warning} color="orange">
          {warning}
        </Alert>
      ))}
      {plan.steps.length === 0 ? (
        <Group gap="xs">
          <IconCircleCheck size={18} color="var(--mantine-color-teal-6)" />
          <Text size="sm">Nothing to do: everything already is as the files say.</Text>
        </Group>
      ) : (
        <>
          <Text size="sm">{planSummary(plan)}</Text>
          <Table.ScrollContainer minWidth={0} maxHeight={420} type="native">
            <Table stickyHeader aria-label="Plan" verticalSpacing={5}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={170}>Action</Table.Th>
                  <Table.Th>On</Table.Th>
                  <Table.Th>Because</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {plan.steps.map((step) => (
                  <Table.Tr key={step.id}>
                    <Table.Td valign="top">
                      <Badge color={step.destructive ? 'red' : actionLooks[step.action].color}>
                        {actionLooks[step.action].label}
                      </Badge>
                    </Table.Td>
                    <Table.Td ff="monospace" fz="xs" className="wrap" valign="top">
                      {step.subject}
                    </Table.Td>
                    <Table.Td c="dimmed" valign="top">
                      {step.reason}
                      {step.destructive ? (
                        <Text c="red" size="xs">
                          Data is lost.
                        </Text>
                      ) : null}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </>
      )}
      {plan.unchanged.length > 0 ? (
        <Text size="xs" c="dimmed">
          {count(plan.unchanged.length, 'service')} stay as they are: {plan.unchanged.join(', ')}
        </Text>
      ) : null}
    </>
  );
}
