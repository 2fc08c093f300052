import { Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatBytes } from '../../../shared/format-bytes.ts';
import type { DiskVolume } from '../../../shared/models/disk.ts';

/** Volumes by size; nothing here removes one. */
export function VolumesTable({ volumes }: { volumes: readonly DiskVolume[] }): ReactNode {
  if (volumes.length === 0) return null;
  return (
    <section aria-labelledby="disk-volumes">
      <Title order={2} size="h4" id="disk-volumes" mb="xs">
        Volumes
      </Title>
      <Table aria-labelledby="disk-volumes" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Volume</Table.Th>
            <Table.Th>Environment</Table.Th>
            <Table.Th ta="right">Size</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {volumes.map(({ name, environment, bytes }) => (
            <Table.Tr key={name}>
              <Table.Td className="wrap">{name}</Table.Td>
              <Table.Td>{environment ?? <Text size="sm" c="dimmed">None here</Text>}</Table.Td>
              <Table.Td ta="right" className="numbers nowrap">
                {formatBytes(bytes)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
