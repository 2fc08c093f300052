import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

/** Closed while there is no `snapshot`. */
export function RemoveSnapshotDialog({
  snapshot,
  onClose,
  onRemoved,
}: {
  snapshot: SnapshotSummary | undefined;
  onClose: () => void;
  onRemoved?: () => void;
}): ReactNode {
  const remove = useMutation(
    useApi().snapshots.remove.mutationOptions({
      onSuccess: () => {
        onClose();
        onRemoved?.();
      },
    }),
  );
  return (
    <ConfirmDialog
      opened={snapshot !== undefined}
      onClose={onClose}
      title={`Delete “${snapshot?.name ?? ''}”?`}
      confirmLabel="Delete"
      danger
      busy={remove.isPending}
      onConfirm={() => {
        if (snapshot) remove.mutate({ snapshotId: snapshot.id });
      }}
    >
      <Text size="sm">
        The snapshot can’t be brought back. The environment’s present data and all other snapshots stay as they are.
      </Text>
    </ConfirmDialog>
  );
}
