import { Button, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { homePath } from '../../app/routes.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

export function RemoveFromLibrary({ environment }: { environment: EnvironmentSummary }): ReactNode {
  const api = useApi();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const remove = useMutation(
    api.environments.remove.mutationOptions({
      onSuccess: async () => {
        navigate(homePath);
        await queries.invalidateQueries({ queryKey: api.environments.readyMade.key() });
      },
      onSettled: () => setAsking(false),
    }),
  );
  return (
    <>
      <Button variant="light" color="red" onClick={() => setAsking(true)}>
        Remove…
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Remove ${environment.title} from the library?`}
        confirmLabel="Remove"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ environmentId: environment.id })}
      >
        <Text size="sm">
          Nothing on disk is deleted. While it still has containers this is refused: remove those first.
        </Text>
      </ConfirmDialog>
    </>
  );
}
