import { Button, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';
import { unmaskedWords } from './snapshot-words.ts';

interface PushSnapshotDialogProps {
  snapshot: SnapshotSummary;
  opened: boolean;
  onClose: () => void;
}

/** Sends a snapshot to a registry, from where others pull it. */
export function PushSnapshotDialog({ snapshot, opened, onClose }: PushSnapshotDialogProps): ReactNode {
  const [reference, setReference] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const push = useMutation(
    useApi().snapshots.push.mutationOptions({
      onSuccess: () => {
        setPassphrase('');
        onClose();
      },
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title={`Push “${snapshot.name}”`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          push.mutate({
            snapshotId: snapshot.id,
            reference: reference.trim(),
            ...(passphrase === '' ? {} : { encryption: { passphrase } }),
          });
        }}
      >
        <Stack gap="md">
          <Text size="sm">Only what the registry lacks is sent. The login is the one that its images are pulled with. {unmaskedWords(snapshot)}</Text>
          <TextInput
            label="Where to"
            required
            placeholder="registry.example/team/data:bug-1234"
            description="Registry, repository and tag; without a tag: latest."
            value={reference}
            onChange={(event) => setReference(event.currentTarget.value)}
            data-autofocus
          />
          <PasswordInput
            label="Passphrase"
            description="Whoever pulls the snapshot has to know it. Empty: not encrypted."
            autoComplete="new-password"
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
          />
          <DialogButtons onCancel={onClose}>
            <Button type="submit" loading={push.isPending} disabled={reference.trim() === ''}>
              Push
            </Button>
          </DialogButtons>
        </Stack>
      </form>
    </Modal>
  );
}
