import { ActionIcon, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconCloudUp, IconCopy, IconDots, IconEyeOff, IconFileExport, IconPencil, IconShieldCheck, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { CloneDialog } from '../environment/clone-dialog.tsx';
import { DescribeSnapshotDialog } from './describe-snapshot-dialog.tsx';
import { ExportSnapshotDialog } from './export-snapshot-dialog.tsx';
import { PushSnapshotDialog } from './push-snapshot-dialog.tsx';
import { RemoveSnapshotDialog } from './remove-snapshot-dialog.tsx';

interface SnapshotMenuProps {
  environmentId: string;
  snapshot: SnapshotSummary;
  onRemoved?: () => void;
}

/** What can be done with one snapshot besides restoring it. */
export function SnapshotMenu({ environmentId, snapshot, onRemoved }: SnapshotMenuProps): ReactNode {
  const api = useApi();
  const verify = useMutation(api.snapshots.verify.mutationOptions());
  const mask = useMutation(api.snapshots.mask.mutationOptions());
  const [asking, setAsking] = useState<'clone' | 'describe' | 'export' | 'push' | 'remove'>();
  const { id: snapshotId, name } = snapshot;
  const readable = snapshot.problem === undefined;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={`More actions for ${name}`}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} disabled={!readable} onClick={() => setAsking('describe')}>
            Rename, note, tags…
          </Menu.Item>
          <Menu.Item leftSection={<IconCopy size={16} />} disabled={!readable} onClick={() => setAsking('clone')}>
            Clone…
          </Menu.Item>
          <Menu.Item leftSection={<IconShieldCheck size={16} />} onClick={() => verify.mutate({ snapshotId })}>
            Verify
          </Menu.Item>
          <Menu.Item leftSection={<IconEyeOff size={16} />} disabled={!readable} onClick={() => mask.mutate({ environmentId, snapshotId })}>
            Make a masked copy
          </Menu.Item>
          <Menu.Item leftSection={<IconCloudUp size={16} />} disabled={!readable} onClick={() => setAsking('push')}>
            Push to a registry…
          </Menu.Item>
          <Menu.Item leftSection={<IconFileExport size={16} />} disabled={!readable} onClick={() => setAsking('export')}>
            Export to a file…
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setAsking('remove')}>
            Delete…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <CloneDialog environmentId={environmentId} snapshot={snapshot} opened={asking === 'clone'} onClose={() => setAsking(undefined)} />
      <PushSnapshotDialog snapshot={snapshot} opened={asking === 'push'} onClose={() => setAsking(undefined)} />
      <ExportSnapshotDialog snapshot={snapshot} opened={asking === 'export'} onClose={() => setAsking(undefined)} />
      <DescribeSnapshotDialog
        key={`${name} ${snapshot.note ?? ''} ${snapshot.tags.join()}`}
        snapshot={snapshot}
        opened={asking === 'describe'}
        onClose={() => setAsking(undefined)}
      />
      <RemoveSnapshotDialog
        snapshot={asking === 'remove' ? snapshot : undefined}
        onClose={() => setAsking(undefined)}
        {...(onRemoved ? { onRemoved } : {})}
      />
    </>
  );
}
