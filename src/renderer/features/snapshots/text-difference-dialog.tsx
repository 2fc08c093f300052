import { Modal, ScrollArea, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { DifferentEntry, TextDifference } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';

interface TextDifferenceDialogProps {
  /** Closed while there is none. */
  entry: DifferentEntry | undefined;
  pair: { before: string; after: string };
  onClose: () => void;
}

export function TextDifferenceDialog({ entry, pair, onClose }: TextDifferenceDialogProps): ReactNode {
  return (
    <Modal
      opened={entry !== undefined}
      onClose={onClose}
      title={entry ? `${entry.volume}: /${entry.path}` : ''}
      size="xl"
    >
      {entry ? <Lines input={{ ...pair, volume: entry.volume, path: entry.path }} /> : null}
    </Modal>
  );
}

function Lines({ input }: { input: { before: string; after: string; volume: string; path: string } }): ReactNode {
  const found = useQuery(useApi().snapshots.diffText.queryOptions({ input, staleTime: Infinity, gcTime: 0 }));
  return (
    <Loaded query={found} skeleton={<RowsSkeleton rows={6} height={18} />}>
      {(difference) => <Hunks difference={difference} />}
    </Loaded>
  );
}

function Hunks({ difference }: { difference: TextDifference }): ReactNode {
  if (difference.kind === 'binary') return <Text size="sm">The file is no text, so its lines can’t be compared.</Text>;
  if (difference.kind === 'too-long') {
    return <Text size="sm">Files longer than {formatBytes(difference.limit)} aren’t compared line by line.</Text>;
  }
  return (
    <ScrollArea.Autosize mah={480} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'Changed lines' }}>
      <Stack gap="sm">
        {difference.hunks.map(({ oldStart, newStart, lines }) => (
          <div key={`${oldStart} ${newStart}`} className="hunk">
            <div className="hunk-head">
              Line {oldStart} → {newStart}
            </div>
            {lines.map((line, index) => (
              <div key={index} className="hunk-line" data-sign={line.slice(0, 1)}>
                {line}
              </div>
            ))}
          </div>
        ))}
      </Stack>
    </ScrollArea.Autosize>
  );
}
