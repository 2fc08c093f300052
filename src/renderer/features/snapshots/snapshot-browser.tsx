import { Anchor, Breadcrumbs, Group, Select, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconFile, IconFolder, IconLink, IconPlug } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { ListedEntry, SnapshotDetails } from '../../../shared/models/snapshot.ts';
import { useApi } from '../../api/api.tsx';
import { formatMoment } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { FilePreview } from './file-preview.tsx';
import { modeWords } from './snapshot-words.ts';

/** Walks through the volumes of a snapshot, as one walks through folders. */
export function SnapshotBrowser({ snapshot }: { snapshot: SnapshotDetails }): ReactNode {
  const [volume, setVolume] = useState(snapshot.volumes[0]?.key);
  const [path, setPath] = useState('');
  const [file, setFile] = useState<string>();
  if (volume === undefined) return <Text c="dimmed">It holds no volumes.</Text>;
  return (
    <section aria-label="Files">
      <Group gap="sm" mb="xs">
        <Title order={3}>Files</Title>
        <Select
          aria-label="Volume"
          size="xs"
          w={220}
          allowDeselect={false}
          data={snapshot.volumes.map(({ key }) => key)}
          value={volume}
          onChange={(next) => {
            setVolume(next ?? volume);
            setPath('');
          }}
        />
        <PathCrumbs path={path} onOpen={setPath} />
      </Group>
      <Directory
        snapshotId={snapshot.id}
        volume={volume}
        path={path}
        onOpen={(entry) => {
          const inside = path === '' ? entry.name : `${path}/${entry.name}`;
          if (entry.type === 'directory') setPath(inside);
          else setFile(inside);
        }}
      />
      <FilePreview place={file === undefined ? undefined : { snapshotId: snapshot.id, volume, path: file }} onClose={() => setFile(undefined)} />
    </section>
  );
}

function PathCrumbs({ path, onOpen }: { path: string; onOpen: (path: string) => void }): ReactNode {
  const parts = path === '' ? [] : path.split('/');
  return (
    <Breadcrumbs separatorMargin={6} aria-label="Folder">
      {['/', ...parts].map((name, index) => {
        const target = parts.slice(0, index).join('/');
        return index === parts.length ? (
          <Text key={target} size="sm" aria-current="location">
            {name}
          </Text>
        ) : (
          <Anchor key={target} component="button" type="button" size="sm" onClick={() => onOpen(target)}>
            {name}
          </Anchor>
        );
      })}
    </Breadcrumbs>
  );
}

interface DirectoryProps {
  snapshotId: string;
  volume: string;
  path: string;
  onOpen: (entry: ListedEntry) => void;
}

/** So many rows a window shows without delay; a folder of more is for the command line. */
const rowLimit = 1_000;

function Directory({ onOpen, ...place }: DirectoryProps): ReactNode {
  const listing = useQuery(useApi().snapshots.browse.queryOptions({ input: place, staleTime: Infinity }));
  return (
    <Loaded query={listing} skeleton={<RowsSkeleton rows={8} height={30} />}>
      {(entries) =>
        entries.length === 0 ? (
          <Text size="sm" c="dimmed">
            This folder is empty.
          </Text>
        ) : (
          <>
            <Table aria-label="Content of the folder" verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Name</Table.Th>
                  <Table.Th w={100} ta="right">
                    Size
                  </Table.Th>
                  <Table.Th w={200}>Changed</Table.Th>
                  <Table.Th w={110}>Mode</Table.Th>
                  <Table.Th w={100}>Owner</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {foldersFirst(entries)
                  .slice(0, rowLimit)
                  .map((entry) => (
                    <EntryRow key={entry.name} entry={entry} onOpen={() => onOpen(entry)} />
                  ))}
              </Table.Tbody>
            </Table>
            {entries.length > rowLimit ? (
              <Text size="sm" c="dimmed" mt="xs">
                {entries.length - rowLimit} more. `slipway snapshot browse` lists them all.
              </Text>
            ) : null}
          </>
        )
      }
    </Loaded>
  );
}

const icons: Readonly<Record<ListedEntry['type'], ReactNode>> = {
  directory: <IconFolder size={16} />,
  file: <IconFile size={16} />,
  hardlink: <IconFile size={16} />,
  symlink: <IconLink size={16} />,
  fifo: <IconPlug size={16} />,
  character: <IconPlug size={16} />,
  block: <IconPlug size={16} />,
};

function EntryRow({ entry, onOpen }: { entry: ListedEntry; onOpen: () => void }): ReactNode {
  const opens = entry.type === 'directory' || entry.type === 'file' || entry.type === 'hardlink';
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={8} wrap="nowrap" className="entry-name">
          {icons[entry.type]}
          {opens ? (
            <Anchor component="button" type="button" size="sm" c="inherit" className="truncate" onClick={onOpen}>
              {entry.name}
            </Anchor>
          ) : (
            <Text size="sm" truncate>
              {entry.name}
            </Text>
          )}
          {entry.target === undefined ? null : (
            <Text size="xs" c="dimmed" truncate>
              → {entry.target}
            </Text>
          )}
        </Group>
      </Table.Td>
      <Table.Td ta="right" className="numbers nowrap">
        {entry.size === undefined ? '' : formatBytes(entry.size)}
      </Table.Td>
      <Table.Td c="dimmed" className="nowrap">
        {formatMoment(entry.modifiedAt)}
      </Table.Td>
      <Table.Td className="fact-value">{modeWords(entry.mode)}</Table.Td>
      <Table.Td className="numbers" c="dimmed">
        {entry.uid}:{entry.gid}
      </Table.Td>
    </Table.Tr>
  );
}

function foldersFirst(entries: readonly ListedEntry[]): readonly ListedEntry[] {
  const folder = ({ type }: ListedEntry): number => (type === 'directory' ? 0 : 1);
  return [...entries].sort((one, other) => folder(one) - folder(other));
}
