import { Checkbox, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

interface DownDialogProps {
  environment: EnvironmentSummary;
  opened: boolean;
  onClose: () => void;
}

export function DownDialog({ environment, opened, onClose }: DownDialogProps): ReactNode {
  const [volumes, setVolumes] = useState(false);
  const down = useMutation(useApi().environments.down.mutationOptions({ onSuccess: onClose }));
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={`Remove the containers of ${environment.title}?`}
      confirmLabel={volumes ? 'Remove containers and data' : 'Remove containers'}
      danger
      busy={down.isPending}
      onConfirm={() => down.mutate({ environmentId: environment.id, volumes })}
    >
      <Text size="sm">
        Its containers and networks are removed. Images and snapshots stay, and so does the data unless you choose
        otherwise. Starting it again makes new containers.
      </Text>
      <Checkbox
        checked={volumes}
        onChange={(event) => setVolumes(event.currentTarget.checked)}
        label="Also delete the data in its volumes"
        description="A safety snapshot is taken first, so that this can be undone."
      />
    </ConfirmDialog>
  );
}
