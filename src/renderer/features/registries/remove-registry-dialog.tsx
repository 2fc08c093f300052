import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { RegistryView } from '../../../shared/models/registry.ts';
import { useApi } from '../../api/api.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

interface RemoveRegistryDialogProps {
  registry: RegistryView;
  onClose: () => void;
  onDone: () => void;
}

export function RemoveRegistryDialog({ registry, onClose, onDone }: RemoveRegistryDialogProps): ReactNode {
  const remove = useMutation(useApi().registries.remove.mutationOptions({ onSuccess: onDone }));
  return (
    <ConfirmDialog
      opened
      title={`Forget ${registry.name}?`}
      confirmLabel="Forget"
      danger
      busy={remove.isPending}
      onConfirm={() => remove.mutate({ host: registry.host })}
      onClose={onClose}
    >
      <Text size="sm">
        Its settings, the certificates trusted for it and the login given here are forgotten. Nothing changes in the registry
        itself, and images that were pulled stay.
      </Text>
    </ConfirmDialog>
  );
}
