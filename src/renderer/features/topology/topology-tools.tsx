import { Group, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { StateDot } from '../../ui/state-dot.tsx';
import { legendColours, legendKinds } from './topology-words.ts';
import { kindIcons } from './topology-node.tsx';

interface TopologyToolsProps {
  search: string;
  /** How many boxes the search finds. */
  found: number;
  onSearch: (text: string) => void;
  /** Goes to the first box that is found. */
  onGo: () => void;
}

/** What stands above the picture: a search, and what its signs and colours mean. */
export function TopologyTools({ search, found, onSearch, onGo }: TopologyToolsProps): ReactNode {
  return (
    <Group justify="space-between" gap="sm" wrap="nowrap">
      <Group gap="xs" wrap="nowrap">
        <TextInput
          size="xs"
          w={200}
          type="search"
          aria-label="Find in the picture"
          placeholder="Find"
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => onSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') onGo();
            if (event.key === 'Escape') onSearch('');
          }}
        />
        <Text size="xs" c="dimmed" role="status" className="nowrap">
          {search.trim() === '' ? '' : `${found} found`}
        </Text>
      </Group>
      <ul className="topology-legend" aria-label="Legend">
        {legendKinds.map(([kind, words]) => {
          const Icon = kindIcons[kind];
          return (
            <li key={kind}>
              <Icon size={14} />
              {words}
            </li>
          );
        })}
        {legendColours.map(([color, words]) => (
          <li key={color}>
            <StateDot look={{ label: words, color }} />
            {words}
          </li>
        ))}
      </ul>
    </Group>
  );
}
