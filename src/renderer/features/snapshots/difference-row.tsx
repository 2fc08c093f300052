import { Anchor, Badge, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { DifferentEntry } from '../../../shared/models/snapshot.ts';
import { changeLooks } from './snapshot-words.ts';

interface DifferenceRowProps {
  entry: DifferentEntry;
  /** Shows its lines; absent where there is nothing to open. */
  onOpen?: () => void;
}

/** One file that differs. */
export function DifferenceRow({ entry, onOpen }: DifferenceRowProps): ReactNode {
  const look = changeLooks[entry.kind];
  const opens = onOpen && entry.kind !== 'metadata' && (entry.sizeBefore ?? entry.sizeAfter) !== undefined;
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
