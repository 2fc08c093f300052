import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import { useApi } from '../../api/api.tsx';
import { SharingDialog } from './sharing-dialog.tsx';

interface PullSnapshotDialogProps {
  environment: EnvironmentSummary;
  opened: boolean;
  onClose: () => void;
}

/** Fetches a snapshot that somebody pushed to a registry. */
export function PullSnapshotDialog({ environment, opened, onClose }: PullSnapshotDialogProps): ReactNode {
  const [written, setReference] = useState('');
  const reference = written.trim();
  const pull = useMutation(
    useApi().snapshots.pull.mutationOptions({
      onSuccess: () => {
        setReference('');
        onClose();
      },
    }),
  );
  return (
    <SharingDialog
      title="Pull a snapshot"
      opened={opened}
      onClose={onClose}
      passphrase={{ description: 'If it was encrypted with one.', isNew: false }}
      action="Pull"
      isBusy={pull.isPending}
      isReady={reference !== ''}
      onSubmit={(unlocking) => pull.mutate({ environmentId: environment.id, reference, ...(unlocking ? { unlocking } : {}) })}
    >
      <TextInput
        label="From where"
        required
        placeholder="registry.example/team/data:bug-1234"
        description="Registry, repository, and tag or digest. Nothing is restored yet."
        value={written}
        onChange={(event) => setReference(event.currentTarget.value)}
        data-autofocus
      />
    </SharingDialog>
  );
}
