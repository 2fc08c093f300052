import { Checkbox, List, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { DiskReport } from '../../../shared/models/disk.ts';
import { useApi } from '../../api/api.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { count } from '../../ui/format.ts';
import { imageName } from './disk-words.ts';

interface PruneDialogProps {
  report: DiskReport;
  opened: boolean;
  onClose: () => void;
}

/** Names every image that would go before anything does. */
export function PruneDialog({ report, opened, onClose }: PruneDialogProps): ReactNode {
  const [local, setLocal] = useState(false);
  const unused = report.images.filter((image) => image.unused);
  const chosen = unused.filter(({ fromRegistry }) => local || fromRegistry);
  const bytes = report.reclaimableBytes + (local ? report.localReclaimableBytes : 0);
  const prune = useMutation(useApi().disk.pruneImages.mutationOptions({ onSuccess: onClose }));
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title="Remove unused images?"
      confirmLabel={chosen.length === 0 ? 'Remove' : `Remove ${count(chosen.length, 'image')}`}
      danger={local}
      busy={prune.isPending}
      onConfirm={() => (chosen.length === 0 ? onClose() : prune.mutate({ imageIds: chosen.map(({ id }) => id) }))}
    >
      <Text size="sm">
        No environment of the library, no lock and no container needs them.{' '}
        {chosen.length === 0 ? 'All of them exist only here.' : `That frees ${formatBytes(bytes)}.`}
      </Text>
      <List size="sm" spacing={4} mah={240} style={{ overflow: 'auto' }}>
        {chosen.map((image) => (
          <List.Item key={image.id} className="wrap">
            {imageName(image)}
          </List.Item>
        ))}
      </List>
      {unused.some(({ fromRegistry }) => !fromRegistry) ? (
        <Checkbox
          checked={local}
          onChange={(event) => setLocal(event.currentTarget.checked)}
          label="Also those that exist only here"
          description="They were built or loaded on this machine and can’t be pulled again."
        />
      ) : null}
    </ConfirmDialog>
  );
}
