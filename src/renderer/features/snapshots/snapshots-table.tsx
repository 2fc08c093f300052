import { Badge, Button, Checkbox, Group, Table, Text, Tooltip } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import { Fragment, type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { environmentPath } from '../../app/routes.ts';
import { formatMoment } from '../../ui/format.ts';
import { useNow } from '../../ui/use-now.ts';
import { RestoreDialog } from './restore-dialog.tsx';
import { SnapshotMenu } from './snapshot-menu.tsx';
import { byDay, kindLooks, timeOfDay, volumeWords } from './snapshot-words.ts';

interface SnapshotsTableProps {
  environment: EnvironmentSummary;
  snapshots: readonly SnapshotSummary[];
  /** A job changes the environment; nothing may be started on top. */
  busy: boolean;
  /** Chosen for a comparison. */
  marked: readonly string[];
  onMark: (id: string, mark: boolean) => void;
}

export function SnapshotsTable({ environment, snapshots, busy, marked, onMark }: SnapshotsTableProps): ReactNode {
  const [restoring, setRestoring] = useState<SnapshotSummary>();
  const now = new Date(useNow(60_000));
  return (
    <>
      <Table aria-label="Snapshots" className="timeline">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={36} aria-label="Compare" />
            <Table.Th w={84}>Taken</Table.Th>
            <Table.Th w="34%">Name</Table.Th>
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
          {byDay(snapshots, now).map(({ day, snapshots: some }) => (
            <Fragment key={day}>
              <Table.Tr className="timeline-day">
                <Table.Th colSpan={7} scope="rowgroup">
                  {day}
                </Table.Th>
              </Table.Tr>
              {some.map((snapshot) => (
                <SnapshotRow
                  key={snapshot.id}
                  environment={environment}
                  snapshot={snapshot}
                  busy={busy}
                  marked={marked.includes(snapshot.id)}
                  onMark={(mark) => onMark(snapshot.id, mark)}
                  onRestore={() => setRestoring(snapshot)}
                />
              ))}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
      <RestoreDialog environment={environment} snapshot={restoring} onClose={() => setRestoring(undefined)} />
    </>
  );
}

interface SnapshotRowProps {
  environment: EnvironmentSummary;
  snapshot: SnapshotSummary;
  busy: boolean;
  marked: boolean;
  onMark: (mark: boolean) => void;
  onRestore: () => void;
}

function SnapshotRow({ environment, snapshot, busy, marked, onMark, onRestore }: SnapshotRowProps): ReactNode {
  const kind = kindLooks[snapshot.kind];
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          size="xs"
          aria-label={`Mark ${snapshot.name} to compare`}
          checked={marked}
          disabled={snapshot.problem !== undefined}
          onChange={(event) => onMark(event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td className="timeline-moment nowrap numbers" style={{ '--dot': `var(--mantine-color-${kind.color}-6)` }}>
        <Tooltip label={formatMoment(snapshot.createdAt)}>
          <Text component="time" dateTime={snapshot.createdAt} size="sm" c="dimmed">
            {timeOfDay(snapshot.createdAt)}
          </Text>
        </Tooltip>
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Link href={environmentPath(environment.id, 'snapshots', [snapshot.id])} className="name-link truncate">
            {snapshot.name}
          </Link>
          {snapshot.kind === 'manual' ? null : (
            <Tooltip label={kind.hint}>
              <Badge size="sm" color={kind.color} tabIndex={0} className="whole">
                {kind.label}
              </Badge>
            </Tooltip>
          )}
          {snapshot.tags.map((tag) => (
            <Badge key={tag} size="sm" variant="outline" color="gray" className="whole">
              {tag}
            </Badge>
          ))}
          {snapshot.environmentId === environment.id ? null : (
            <Tooltip label="It was imported, or its environment is no longer in the library.">
              <Badge size="sm" color="gray" tabIndex={0} className="whole">
                From {snapshot.environmentName}
              </Badge>
            </Tooltip>
          )}
          {snapshot.problem === undefined ? null : (
            <Tooltip label={snapshot.problem}>
              <Badge size="sm" color="red" tabIndex={0} className="whole">
                Unreadable
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
            disabled={busy || snapshot.problem !== undefined}
            aria-label={`Restore ${snapshot.name}`}
            onClick={onRestore}
          >
            Restore
          </Button>
          <SnapshotMenu environmentId={environment.id} snapshot={snapshot} />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
