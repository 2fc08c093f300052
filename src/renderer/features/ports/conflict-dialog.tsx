import { Button, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '../../api/api.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';
import { count } from '../../ui/format.ts';
import { PortConflictTable } from '../../ui/port-conflict-table.tsx';
import { holdingEnvironments, portConflicts } from '../../ui/port-conflicts.ts';
import { StopHolders } from '../environment/stop-holders.tsx';
import { useEnvironments } from '../environments/use-environments.ts';
import { useJobs } from '../jobs/use-jobs.ts';
import { askedConflict, remapText } from './conflict-words.ts';

/**
 * Asks, wherever in the window an environment was started, how to go on when it can't have its ports: all conflicts
 * together, each with its holder. Who cancels finds the same offers on the environment's page.
 */
export function ConflictDialog(): ReactNode {
  const api = useApi();
  const jobs = useJobs();
  const environments = useEnvironments();
  const [openedAt] = useState(() => new Date().toISOString());
  const [answered, setAnswered] = useState<ReadonlySet<string>>(new Set());
  const up = useMutation(api.environments.up.mutationOptions());
  const asked = askedConflict(jobs.data ?? [], { after: openedAt, answered });
  if (!asked) return null;
  const { jobId, environmentId, problem } = asked;
  const conflicts = portConflicts(problem);
  const holders = holdingEnvironments(problem, environmentId);
  const remap = remapText(conflicts);
  const name = environments.data?.find(({ id }) => id === environmentId)?.title ?? 'The environment';
  const close = (): void => setAnswered(new Set([...answered, jobId]));
  const start = (remapConflicts: boolean): void => {
    up.mutate({ environmentId, remapConflicts });
  };
  return (
    <Modal opened onClose={close} size="lg" title={`${name} can’t have ${count(conflicts.length, 'port')}`}>
      <Stack gap="md">
        <Text size="sm">Nothing has been started. Others have what it asks for:</Text>
        <PortConflictTable conflicts={conflicts} />
        {remap === undefined ? null : (
          <Text size="sm" c="dimmed">
            {remap}
          </Text>
        )}
        <DialogButtons onCancel={close}>
          {holders.length === 0 ? (
            <Button variant="light" loading={up.isPending && up.variables.remapConflicts === false} onClick={() => start(false)}>
              Try again
            </Button>
          ) : null}
          <StopHolders environmentId={environmentId} holders={holders} size="sm" />
          {remap === undefined ? null : (
            <Button data-autofocus loading={up.isPending && up.variables.remapConflicts === true} onClick={() => start(true)}>
              {conflicts.length === 1 ? 'Use the free port' : 'Use free ports'}
            </Button>
          )}
        </DialogButtons>
      </Stack>
    </Modal>
  );
}
