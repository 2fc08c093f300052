import { Button, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '../../api/api.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface ImportSnapshotDialogProps {
  opened: boolean;
  onClose: () => void;
}

/** Takes in a snapshot that was exported to a file. */
export function ImportSnapshotDialog({ opened, onClose }: ImportSnapshotDialogProps): ReactNode {
  const [passphrase, setPassphrase] = useState('');
  const importing = useMutation(
    useApi().snapshots.import.mutationOptions({
      onSuccess: (started) => {
        if (!started) return;
        setPassphrase('');
        onClose();
      },
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Import a snapshot">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          importing.mutate(passphrase === '' ? {} : { unlocking: { passphrase } });
        }}
      >
        <Stack gap="md">
          <Text size="sm">Takes in a file that Slipway exported. All of it is checked first, and nothing is restored yet.</Text>
          <PasswordInput
            label="Passphrase"
            description="If it was encrypted with one."
            autoComplete="off"
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            data-autofocus
          />
          <DialogButtons onCancel={onClose}>
            <Button type="submit" loading={importing.isPending}>
              Choose the file…
            </Button>
          </DialogButtons>
        </Stack>
      </form>
    </Modal>
  );
}
