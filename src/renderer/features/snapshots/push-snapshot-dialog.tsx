import { Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { SharingDialog } from './sharing-dialog.tsx';
import { unmaskedWords } from './snapshot-words.ts';

interface PushSnapshotDialogProps {
  snapshot: SnapshotSummary;
  opened: boolean;
  onClose: () => void;
}

/** Sends a snapshot to a registry, from where others pull it. */
export function PushSnapshotDialog({ snapshot, opened, onClose }: PushSnapshotDialogProps): ReactNode {
  const [written, setReference] = useState('');
  const reference = written.trim();
  const push = useMutation(useApi().snapshots.push.mutationOptions({ onSuccess: onClose }));
  return (
    <SharingDialog
      title={`Push “${snapshot.name}”`}
      opened={opened}
      onClose={onClose}
      passphrase={{ description: 'Whoever pulls the snapshot has to know it. Empty: not encrypted.', isNew: true }}
      action="Push"
      isBusy={push.isPending}
      isReady={reference !== ''}
      onSubmit={(encryption) => push.mutate({ snapshotId: snapshot.id, reference, ...(encryption ? { encryption } : {}) })}
    >
      <Text size="sm">Only what the registry lacks is sent. The login is the one that its images are pulled with. {unmaskedWords(snapshot)}</Text>
      <TextInput
        label="Where to"
        required
        placeholder="registry.example/team/data:bug-1234"
        description="Registry, repository and tag; without a tag: latest."
        value={written}
        onChange={(event) => setReference(event.currentTarget.value)}
        data-autofocus
      />
    </SharingDialog>
  );
}
