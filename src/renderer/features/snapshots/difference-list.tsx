import { Anchor, Badge, Chip, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import type { DifferentEntry, SnapshotDifference } from '../../../shared/models/snapshot.ts';
import { count, formatBytes } from '../../ui/format.ts';
import { LineList } from '../../ui/line-list.tsx';
import { changeLooks } from './snapshot-words.ts';
import { TextDifferenceDialog } from './text-difference-dialog.tsx';

interface DifferenceListProps {
  difference: SnapshotDifference;
  pair: { before: string; after: string };
}

const kinds = Object.keys(changeLooks) as DifferentEntry['kind'][];

/** Every file that differs, by kind of change; a file opens its lines. */
export function DifferenceList({ difference, pair }: DifferenceListProps): ReactNode {
  const [shown, setShown] = useState<readonly DifferentEntry['kind'][]>(kinds.filter((kind) => difference.counts[kind] > 0));
  const [opened, setOpened] = useState<DifferentEntry>();
  const entries = useMemo(() => difference.entries.filter(({ kind }) => shown.includes(kind)), [difference, shown]);
  return (
    <Stack gap="sm">
      <Group gap="xs" role="group" aria-label="Kinds of change">
        {kinds.map((kind) => (
          <Chip
            key={kind}
            size="xs"
            variant="light"
            color={changeLooks[kind].color}
            checked={shown.includes(kind)}
            disabled={difference.counts[kind] === 0}
            onChange={(checked) => setShown((before) => (checked ? [...before, kind] : before.filter((one) => one !== kind)))}
          >
            {changeLooks[kind].label} {difference.counts[kind]}
          </Chip>
        ))}
      </Group>
      <LineList
        label="Files that differ"
        count={entries.length}
        follow={false}
        height={Math.min(520, Math.max(120, entries.length * 26 + 8))}
        line={(index) => {
          const entry = entries[index];
          return entry ? <DifferenceRow entry={entry} onOpen={() => setOpened(entry)} /> : null;
        }}
      />
      {difference.complete ? null : (
        <Text size="sm" c="dimmed">
          The first {count(difference.entries.length, 'file')} are shown.
        </Text>
      )}
      <TextDifferenceDialog entry={opened} pair={pair} onClose={() => setOpened(undefined)} />
    </Stack>
  );
}

function DifferenceRow({ entry, onOpen }: { entry: DifferentEntry; onOpen: () => void }): ReactNode {
  const look = changeLooks[entry.kind];
  const opens = entry.kind !== 'metadata' && (entry.sizeBefore ?? entry.sizeAfter) !== undefined;
  return (
    <div className="difference">
      <Badge size="xs" color={look.color} className="difference-kind">
        {look.label}
      </Badge>
      <Text span inherit c="dimmed">
        {entry.volume}:
      </Text>
      {opens ? (
        <Anchor component="button" type="button" inherit c="inherit" className="truncate" onClick={onOpen}>
          {entry.path}
        </Anchor>
      ) : (
        <Text span inherit className="truncate">
          {entry.path}
        </Text>
      )}
      <Text span inherit c="dimmed" className="difference-size">
        {sizeWords(entry)}
      </Text>
    </div>
  );
}

/** "120 kB → 131 kB"; one size where there is only one, or both are equal. */
function sizeWords({ sizeBefore, sizeAfter }: DifferentEntry): string {
  const sizes = [sizeBefore, sizeAfter].filter((size) => size !== undefined).map(formatBytes);
  return [...new Set(sizes)].join(' → ');
}
