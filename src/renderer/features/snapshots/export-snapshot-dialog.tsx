import { Button, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';
import { unmaskedWords } from './snapshot-words.ts';

interface ExportSnapshotDialogProps {
  snapshot: SnapshotSummary;
  opened: boolean;
  onClose: () => void;
}

/** Writes a snapshot into one file, which can be carried to another machine. */
export function ExportSnapshotDialog({ snapshot, opened, onClose }: ExportSnapshotDialogProps): ReactNode {
  const [passphrase, setPassphrase] = useState('');
  const exporting = useMutation(
    useApi().snapshots.export.mutationOptions({
      onSuccess: (started) => {
        if (!started) return;
        setPassphrase('');
        onClose();
      },
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title={`Export “${snapshot.name}”`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          exporting.mutate({ snapshotId: snapshot.id, ...(passphrase === '' ? {} : { encryption: { passphrase } }) });
        }}
      >
        <Stack gap="md">
          <Text size="sm">Everything that the snapshot needs goes into one file. Import it on any machine that has Slipway. {unmaskedWords(snapshot)}</Text>
          <PasswordInput
            label="Passphrase"
            description="Whoever imports the file has to know it. Empty: not encrypted."
            autoComplete="new-password"
            value={passphrase}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
            data-autofocus
          />
          <DialogButtons onCancel={onClose}>
            <Button type="submit" loading={exporting.isPending}>
              Choose where…
            </Button>
          </DialogButtons>
        </Stack>
      </form>
    </Modal>
  );
}
