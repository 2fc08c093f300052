import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useApi } from '../../api/api.tsx';
import { SharingDialog } from './sharing-dialog.tsx';

interface ImportSnapshotDialogProps {
  opened: boolean;
  onClose: () => void;
}

/** Takes in a snapshot that was exported to a file. */
export function ImportSnapshotDialog({ opened, onClose }: ImportSnapshotDialogProps): ReactNode {
  const importing = useMutation(
    useApi().snapshots.import.mutationOptions({
      onSuccess: (started) => {
        if (started) onClose();
      },
    }),
  );
  return (
    <SharingDialog
      title="Import a snapshot"
      opened={opened}
      onClose={onClose}
      passphrase={{ description: 'If it was encrypted with one.', isNew: false }}
      action="Choose the file…"
      isBusy={importing.isPending}
      onSubmit={(unlocking) => importing.mutate(unlocking ? { unlocking } : {})}
    >
      <Text size="sm">Takes in a file that Slipway exported. All of it is checked first, and nothing is restored yet.</Text>
    </SharingDialog>
  );
}
