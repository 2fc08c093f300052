import { List, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { formatBytes, formatMoment } from '../../ui/format.ts';

/** Says what a restore replaces before it does so. Closed while there is no `snapshot`. */
export function RestoreDialog({
  environment,
  snapshot,
  onClose,
}: {
  environment: EnvironmentSummary;
  snapshot: SnapshotSummary | undefined;
  onClose: () => void;
}): ReactNode {
  const restore = useMutation(useApi().snapshots.restore.mutationOptions({ onSuccess: onClose }));
  return (
    <ConfirmDialog
      opened={snapshot !== undefined}
      onClose={onClose}
      title={`Restore “${snapshot?.name ?? ''}”?`}
      confirmLabel="Restore"
      busy={restore.isPending}
      onConfirm={() => {
        if (snapshot) restore.mutate({ environmentId: environment.id, snapshotId: snapshot.id });
      }}
    >
      {snapshot ? (
        <Stack gap="xs">
          <Text size="sm">
            These volumes of {environment.title} go back to how they were on {formatMoment(snapshot.createdAt)}:
          </Text>
          <List size="sm" withPadding>
            {snapshot.volumes.map((volume) => (
              <List.Item key={volume.key}>
                {volume.key}{' '}
                <Text span inherit c="dimmed">
                  {formatBytes(volume.bytes)}
                </Text>
              </List.Item>
            ))}
          </List>
          <Text size="sm">
            A safety snapshot of the present data is taken first, so that you can go back. Services that use these
            volumes are stopped meanwhile and started again afterwards.
          </Text>
        </Stack>
      ) : null}
    </ConfirmDialog>
  );
}
