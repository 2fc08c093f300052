import { Chip, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import type { DifferentEntry, SnapshotDifference } from '../../../shared/models/snapshot.ts';
import { count } from '../../ui/format.ts';
import { LineList } from '../../ui/line-list.tsx';
import { DifferenceRow } from './difference-row.tsx';
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
