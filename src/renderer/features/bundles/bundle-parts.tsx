import { Alert, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { BundleImage, BundleSnapshot } from '../../../shared/models/bundle.ts';
import { count } from '../../ui/format.ts';

interface BundlePartsProps {
  images: readonly BundleImage[];
  snapshots: readonly BundleSnapshot[];
  files: readonly { readonly path: string; readonly bytes: number }[];
  ask: readonly string[];
  leftOut?: readonly { readonly path: string; readonly why: string }[];
  missingImages?: readonly string[];
  /** The sizes are those before compression. */
  estimate?: boolean;
}

/** What a bundle holds, with what each part adds to it. */
export function BundleParts({ images, snapshots, files, ask, leftOut = [], missingImages = [], estimate = false }: BundlePartsProps): ReactNode {
  const rows = [
    ...images.map(({ id, references, addedBytes, complete }) => ({
      id,
      name: references.join(', '),
      note: complete ? 'Image' : 'Image, without layers that are there',
      bytes: addedBytes,
    })),
    ...snapshots.map(({ id, name, addedBytes }) => ({ id, name, note: 'Snapshot', bytes: addedBytes })),
    { id: 'files', name: count(files.length, 'file'), note: 'Compose files and what they refer to', bytes: sum(files) },
  ];
  return (
    <>
      {missingImages.length > 0 ? (
        <Alert color="orange" title="Some images are not on the engine">
          Start the environment or pull {missingImages.join(', ')} first.
        </Alert>
      ) : null}
      <Table aria-label="What it holds" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Part</Table.Th>
            <Table.Th ta="right">Adds</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ id, name, note, bytes }) => (
            <Table.Tr key={id}>
              <Table.Td className="wrap">
                {name}
                <Text size="xs" c="dimmed">
                  {note}
                </Text>
              </Table.Td>
              <Table.Td ta="right" className="numbers nowrap">
                {formatBytes(bytes)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th>{estimate ? 'At most, before compression' : 'Together'}</Table.Th>
            <Table.Th ta="right" className="numbers">
              {formatBytes(sum(rows))}
            </Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
      {ask.length > 0 ? <Text size="sm">Left out as secrets: {ask.join(', ')}.</Text> : null}
      {leftOut.map(({ path, why }) => (
        <Text key={path} size="sm" className="wrap">
          Left out: {path}, as {why}.
        </Text>
      ))}
    </>
  );
}

function sum(parts: readonly { readonly bytes: number }[]): number {
  return parts.reduce((total, { bytes }) => total + bytes, 0);
}
