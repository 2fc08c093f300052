import { Button, Checkbox, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { formatMoment } from '../../ui/format.ts';
import { RestorePreviewPanel } from './restore-preview-panel.tsx';
import { DialogButtons } from '../../ui/dialog-buttons.tsx';

interface RestoreDialogProps {
  environment: EnvironmentSummary;
  /** Closed while there is none. */
  snapshot: SnapshotSummary | undefined;
  onClose: () => void;
}

/** Says what a restore replaces before it does so. */
export function RestoreDialog({ environment, snapshot, onClose }: RestoreDialogProps): ReactNode {
  return (
    <Modal
      opened={snapshot !== undefined}
      onClose={onClose}
      size="lg"
      title={`Restore “${snapshot?.name ?? ''}”?`}
    >
      {snapshot ? <RestoreForm environment={environment} snapshot={snapshot} onClose={onClose} /> : null}
    </Modal>
  );
}

interface RestoreFormProps extends RestoreDialogProps {
  snapshot: SnapshotSummary;
}

function RestoreForm({ environment, snapshot, onClose }: RestoreFormProps): ReactNode {
  const keys = snapshot.volumes.map(({ key }) => key);
  const [chosen, setChosen] = useState<readonly string[]>(keys);
  const restore = useMutation(useApi().snapshots.restore.mutationOptions({ onSuccess: onClose }));
  const request = {
    environmentId: environment.id,
    snapshotId: snapshot.id,
    ...(chosen.length === keys.length ? {} : { volumes: [...chosen] }),
  };
  return (
    <Stack gap="md">
      <Text size="sm">
        These volumes of {environment.title} go back to how they were on {formatMoment(snapshot.createdAt)}:
      </Text>
      <Stack gap={8} role="group" aria-label="Volumes">
        {snapshot.volumes.map(({ key, bytes }) => (
          <Checkbox
            key={key}
            size="sm"
            checked={chosen.includes(key)}
            onChange={(event) => {
              const { checked } = event.currentTarget;
              setChosen((before) => (checked ? [...before, key] : before.filter((one) => one !== key)));
            }}
            label={
              <>
                {key}{' '}
                <Text span inherit c="dimmed">
                  {formatBytes(bytes)}
                </Text>
              </>
            }
          />
        ))}
      </Stack>
      <Text size="sm">
        A safety snapshot of the present data is taken first, so that you can go back. Services that use these volumes
        are stopped meanwhile and started again afterwards.
      </Text>
      <RestorePreviewPanel key={chosen.join('\n')} request={request} disabled={chosen.length === 0} />
      <DialogButtons onCancel={onClose}>
        <Button
          loading={restore.isPending}
          disabled={chosen.length === 0}
          onClick={() => restore.mutate(request)}
          data-autofocus
        >
          Restore
        </Button>
      </DialogButtons>
    </Stack>
  );
}
