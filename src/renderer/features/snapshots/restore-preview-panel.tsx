import { Button, Group, Loader, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconListSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { RestorePreview } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { LineList } from '../../ui/line-list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { DifferenceRow } from './difference-row.tsx';

interface RestorePreviewPanelProps {
  /** Without `snapshotId`: what emptying the volumes would do. */
  request: { environmentId: string; snapshotId?: string; volumes?: string[] };
  disabled: boolean;
}

/** What a restore would change, found out only when the person asks: it reads all the data. */
export function RestorePreviewPanel({ request, disabled }: RestorePreviewPanelProps): ReactNode {
  const [asked, setAsked] = useState(false);
  const preview = useQuery(
    useApi().snapshots.preview.queryOptions({ input: request, enabled: asked, staleTime: 0, gcTime: 0, retry: false }),
  );
  if (!asked) {
    return (
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<IconListSearch size={16} />}
        disabled={disabled}
        style={{ alignSelf: 'flex-start' }}
        onClick={() => setAsked(true)}
      >
        See what would change
      </Button>
    );
  }
  return (
    <Loaded query={preview} skeleton={<Reading />}>
      {(found) => <Preview preview={found} />}
    </Loaded>
  );
}

function Reading(): ReactNode {
  return (
    <Group gap="xs" role="status">
      <Loader size="xs" />
      <Text size="sm" c="dimmed">
        Comparing with the present data…
      </Text>
    </Group>
  );
}

function Preview({ preview }: { preview: RestorePreview }): ReactNode {
  const { volumes, entries, services } = preview;
  return (
    <Stack gap="xs">
      <Text size="sm">{services === '' ? 'No service has to be stopped.' : `Stopped meanwhile: ${services}.`}</Text>
      <Table aria-label="What would change" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Volume</Table.Th>
            <Table.Th ta="right">Added</Table.Th>
            <Table.Th ta="right">Changed</Table.Th>
            <Table.Th ta="right">Removed</Table.Th>
            <Table.Th ta="right">Written</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {volumes.map(({ key, isNew, added, changed, removed, bytes }) => (
            <Table.Tr key={key}>
              <Table.Td>
                {key}
                {isNew ? (
                  <Text span inherit c="dimmed">
                    {' '}
                    (new)
                  </Text>
                ) : null}
              </Table.Td>
              {[added, changed, removed].map((number, index) => (
                <Table.Td key={index} ta="right" className="numbers">
                  {number}
                </Table.Td>
              ))}
              <Table.Td ta="right" className="numbers">
                {formatBytes(bytes)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {entries.length === 0 ? null : (
        <LineList
          label="Files that would change"
          count={entries.length}
          follow={false}
          height={Math.min(180, entries.length * 26 + 8)}
          line={(index) => {
            const entry = entries[index];
            return entry ? <DifferenceRow entry={entry} /> : null;
          }}
        />
      )}
      {preview.complete ? null : (
        <Text size="xs" c="dimmed">
          The first {entries.length} files are shown.
        </Text>
      )}
    </Stack>
  );
}
