import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../../api/api.tsx';

interface StopHoldersProps {
  /** The environment that could not start. */
  environmentId: string;
  /** Those whose services have its ports. */
  holders: readonly { readonly id: string; readonly name: string }[];
  size?: 'xs' | 'sm';
}

/** "Stop NAME and start": a button for each environment in the way; the start follows once it has stopped. */
export function StopHolders({ environmentId, holders, size = 'xs' }: StopHoldersProps): ReactNode {
  const api = useApi();
  const swap = useMutation({
    mutationFn: async (other: string) => {
      const { jobId } = await api.environments.stop.call({ environmentId: other });
      for await (const event of await api.jobs.follow.call({ jobId })) {
        if (event.type === 'finished' && event.outcome.status !== 'succeeded') return;
      }
      await api.environments.up.call({ environmentId });
    },
  });
  return holders.map(({ id, name }) => (
    <Button key={id} size={size} variant="light" loading={swap.isPending && swap.variables === id} onClick={() => swap.mutate(id)}>
      Stop {name} and start
    </Button>
  ));
}
