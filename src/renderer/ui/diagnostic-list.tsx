import { Badge, Table, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Diagnostic } from '../../shared/problem.ts';
import { formatLocation } from './source-location.ts';

/** Findings about a person's files, in the order of the files. */
export function DiagnosticList({ diagnostics }: { diagnostics: readonly Diagnostic[] }): ReactNode {
  return (
    <Table aria-label="Findings" withRowBorders={false} verticalSpacing={3} horizontalSpacing={6} fz="sm">
      <Table.Tbody>
        {diagnostics.map((diagnostic, index) => (
          <Table.Tr key={index}>
            <Table.Td w={76} valign="top">
              <Badge size="sm" color={diagnostic.severity === 'error' ? 'red' : 'orange'}>
                {diagnostic.severity}
              </Badge>
            </Table.Td>
            <Table.Td>
              {diagnostic.message}
              {diagnostic.hint ? (
                <Text span inherit c="dimmed">
                  {' '}
                  {diagnostic.hint}
                </Text>
              ) : null}
              {diagnostic.location ? (
                <Text size="xs" c="dimmed" ff="monospace" className="location">
                  {formatLocation(diagnostic.location)}
                  {diagnostic.location.path ? `  ${diagnostic.location.path}` : ''}
                </Text>
              ) : null}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
