import { ActionIcon, Badge, Button, Group, Menu, Table, Text, Tooltip } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconCopy, IconDots, IconRestore, IconShieldCheck, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { formatBytes } from '../../ui/format.ts';
import { CloneDialog } from '../environment/clone-dialog.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { RemoveSnapshotDialog } from './remove-snapshot-dialog.tsx';
import { RestoreDialog } from './restore-dialog.tsx';
import { kindLooks, volumeWords } from './snapshot-words.ts';

interface SnapshotsTableProps {
  snapshots: readonly SnapshotSummary[];
  /** A job changes the environment; nothing may be started on top. */
  busy: boolean;
}

export function SnapshotsTable({ snapshots, busy }: SnapshotsTableProps): ReactNode {
  const [restoring, setRestoring] = useState<SnapshotSummary>();
  const [removing, setRemoving] = useState<SnapshotSummary>();
  return (
    <>
      <Table aria-label="Snapshots">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="34%">Name</Table.Th>
            <Table.Th w={130}>Taken</Table.Th>
            <Table.Th w={90} ta="right">
              Size
            </Table.Th>
            <Table.Th w={90} ta="right">
              New
            </Table.Th>
            <Table.Th>Volumes</Table.Th>
            <Table.Th w={150} aria-label="Actions" />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {snapshots.map((snapshot) => (
            <SnapshotRow
              key={snapshot.id}
              snapshot={snapshot}
              busy={busy}
              onRestore={() => setRestoring(snapshot)}
              onRemove={() => setRemoving(snapshot)}
            />
          ))}
        </Table.Tbody>
      </Table>
      <RestoreDialog snapshot={restoring} onClose={() => setRestoring(undefined)} />
      <RemoveSnapshotDialog snapshot={removing} onClose={() => setRemoving(undefined)} />
    </>
  );
}

interface SnapshotRowProps {
  snapshot: SnapshotSummary;
  busy: boolean;
  onRestore: () => void;
  onRemove: () => void;
}

function SnapshotRow({ snapshot, busy, onRestore, onRemove }: SnapshotRowProps): ReactNode {
  const verify = useMutation(useApi().snapshots.verify.mutationOptions());
  const kind = kindLooks[snapshot.kind];
  const [cloning, setCloning] = useState(false);
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Text size="sm" fw={500} truncate>
            {snapshot.name}
          </Text>
          {snapshot.kind === 'manual' ? null : (
            <Tooltip label={kind.hint}>
              <Badge size="sm" color={kind.color} tabIndex={0} className="whole">
                {kind.label}
              </Badge>
            </Tooltip>
          )}
        </Group>
        {snapshot.note ? (
          <Text size="xs" c="dimmed" lineClamp={2}>
            {snapshot.note}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td c="dimmed" className="nowrap">
        <TimeAgo at={snapshot.createdAt} />
      </Table.Td>
      <Table.Td ta="right" className="numbers nowrap">
        {formatBytes(snapshot.logicalBytes)}
      </Table.Td>
      <Table.Td ta="right" c="dimmed" className="numbers nowrap">
        {formatBytes(snapshot.newBytes)}
      </Table.Td>
      <Table.Td>
        <Text size="xs" c="dimmed" lineClamp={2}>
          {volumeWords(snapshot)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconRestore size={14} />}
            disabled={busy}
            aria-label={`Restore ${snapshot.name}`}
            onClick={onRestore}
          >
            Restore
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={`More actions for ${snapshot.name}`}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconShieldCheck size={16} />}
                onClick={() => verify.mutate({ snapshotId: snapshot.id })}
              >
                Verify
              </Menu.Item>
              <Menu.Item leftSection={<IconCopy size={16} />} disabled={busy} onClick={() => setCloning(true)}>
                Clone…
              </Menu.Item>
              <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onRemove}>
                Delete…
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
        <CloneDialog environmentId={snapshot.environmentId} snapshot={snapshot} opened={cloning} onClose={() => setCloning(false)} />
      </Table.Td>
    </Table.Tr>
  );
}
