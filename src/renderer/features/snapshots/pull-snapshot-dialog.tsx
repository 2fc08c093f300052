import { Button, Modal, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface PullSnapshotDialogProps {
  environment: EnvironmentSummary;
  opened: boolean;
  onClose: () => void;
}

/** Fetches a snapshot that somebody pushed to a registry. */
export function PullSnapshotDialog({ environment, opened, onClose }: PullSnapshotDialogProps): ReactNode {
  const [reference, setReference] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const pull = useMutation(
    useApi().snapshots.pull.mutationOptions({
      onSuccess: () => {
        setReference('');
        setPassphrase('');
        onClose();
      },
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Pull a snapshot">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          pull.mutate({
            environmentId: environment.id,
            reference: reference.trim(),
            ...(passphrase === '' ? {} : { unlocking: { passphrase } }),
          });
        }}
      >
        <Stack gap="md">
          <TextInput
            label="From where"
            required
            placeholder="registry.example/team/data:bug-1234"
            description="Registry, repository, and tag or digest. Nothing is restored yet."
            value={reference}
            onChange={(event) => setReference(event.currentTarget.value)}
            data-autofocus
          />
          <PasswordInput
            label="Passphrase"
            description="If it was encrypted with one."
            autoComplete="off"
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
          />
          <DialogButtons onCancel={onClose}>
            <Button type="submit" loading={pull.isPending} disabled={reference.trim() === ''}>
              Pull
            </Button>
          </DialogButtons>
        </Stack>
      </form>
    </Modal>
  );
}
