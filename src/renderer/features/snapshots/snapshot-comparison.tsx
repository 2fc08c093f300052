import { ActionIcon, Group, Select, Stack, Text, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowNarrowRight, IconArrowsExchange } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { EnvironmentSummary } from '../../../shared/models/environment.ts';
import type { SnapshotSummary } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { environmentPath } from '../../app/routes.ts';
import { formatAgo } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { useNow } from '../../ui/use-now.ts';
import { DifferenceList } from './difference-list.tsx';
import { BackToTimeline } from './snapshot-page.tsx';
import { useSnapshots } from './use-snapshots.ts';

interface SnapshotComparisonProps {
  environment: EnvironmentSummary;
  before: string;
  after: string;
}

/** What changed in the files from one snapshot to another. */
export function SnapshotComparison({ environment, before, after }: SnapshotComparisonProps): ReactNode {
  const [, navigate] = useLocation();
  const all = useSnapshots(environment.id).data ?? [];
  const difference = useQuery(useApi().snapshots.diff.queryOptions({ input: { before, after }, staleTime: Infinity }));
  const show = (one: string, other: string): void => navigate(environmentPath(environment.id, 'snapshots', [one, other]));
  return (
    <Stack gap="md">
      <BackToTimeline environmentId={environment.id} />
      <Group gap="xs">
        <SnapshotSelect label="From" all={all} value={before} onChange={(id) => show(id, after)} />
        <IconArrowNarrowRight size={18} aria-hidden />
        <SnapshotSelect label="To" all={all} value={after} onChange={(id) => show(before, id)} />
        <Tooltip label="Swap">
          <ActionIcon aria-label="Swap" onClick={() => show(after, before)}>
            <IconArrowsExchange size={18} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <Loaded query={difference} skeleton={<RowsSkeleton rows={8} height={30} />}>
        {(found) =>
          found.entries.length === 0 ? (
            <Text size="sm">All files are the same.</Text>
          ) : (
            <DifferenceList key={`${before} ${after}`} difference={found} pair={{ before, after }} />
          )
        }
      </Loaded>
    </Stack>
  );
}

interface SnapshotSelectProps {
  label: string;
  all: readonly SnapshotSummary[];
  value: string;
  onChange: (id: string) => void;
}

function SnapshotSelect({ label, all, value, onChange }: SnapshotSelectProps): ReactNode {
  const now = useNow(60_000);
  return (
    <Select
      aria-label={label}
      w={320}
      allowDeselect={false}
      searchable
      data={all.map(({ id, name, createdAt }) => ({ value: id, label: `${name} · ${formatAgo(createdAt, now)}` }))}
      value={value}
      onChange={(id) => {
        if (id !== null) onChange(id);
      }}
    />
  );
}
