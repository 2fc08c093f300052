import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { SharingDialog } from './sharing-dialog.tsx';
import { unmaskedWords } from './snapshot-words.ts';

interface ExportSnapshotDialogProps {
  snapshot: SnapshotSummary;
  opened: boolean;
  onClose: () => void;
}

/** Writes a snapshot into one file, which can be carried to another machine. */
export function ExportSnapshotDialog({ snapshot, opened, onClose }: ExportSnapshotDialogProps): ReactNode {
  const exporting = useMutation(
    useApi().snapshots.export.mutationOptions({
      onSuccess: (started) => {
        if (started) onClose();
      },
    }),
  );
  return (
    <SharingDialog
      title={`Export “${snapshot.name}”`}
      opened={opened}
      onClose={onClose}
      passphrase={{ description: 'Whoever imports the file has to know it. Empty: not encrypted.', isNew: true }}
      action="Choose where…"
      isBusy={exporting.isPending}
      onSubmit={(encryption) => exporting.mutate({ snapshotId: snapshot.id, ...(encryption ? { encryption } : {}) })}
    >
      <Text size="sm">Everything that the snapshot needs goes into one file. Import it on any machine that has Slipway. {unmaskedWords(snapshot)}</Text>
    </SharingDialog>
  );
}
