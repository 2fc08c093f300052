import { Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { describeHolder, type PortConflict } from './port-conflicts.ts';

/** All conflicts together, each with who holds the port. */
export function PortConflictTable({ conflicts }: { conflicts: readonly PortConflict[] }): ReactNode {
  return (
    <Table aria-label="Port conflicts" verticalSpacing={4} horizontalSpacing={8}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Port</Table.Th>
          <Table.Th>Wanted by</Table.Th>
          <Table.Th>Held by</Table.Th>
          <Table.Th>Free nearby</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {conflicts.map((conflict) => (
          <Table.Tr key={`${conflict.hostIp ?? ''}:${conflict.port}/${conflict.protocol ?? 'tcp'}`}>
            <Table.Td ff="monospace">
              {conflict.hostIp ? `${conflict.hostIp}:` : ''}
              {conflict.port}
            </Table.Td>
            <Table.Td>{conflict.service ?? <Text c="dimmed">unknown</Text>}</Table.Td>
            <Table.Td>{describeHolder(conflict.holder)}</Table.Td>
            <Table.Td ff="monospace">{conflict.suggestion ?? '–'}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
