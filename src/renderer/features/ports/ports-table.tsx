import { Badge, Group, Table, Text, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { PortRow } from '../../../shared/models/port.ts';
import { environmentPath } from '../../app/routes.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { describeHolder } from '../../ui/port-conflicts.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { PortAddress } from './port-address.tsx';
import { copyText, exposureWords, portLooks } from './port-words.ts';

interface PortsTableProps {
  ports: readonly PortRow[];
  /** Names the environment of each row. */
  withEnvironment?: boolean;
}

export function PortsTable({ ports, withEnvironment = false }: PortsTableProps): ReactNode {
  return (
    <Table aria-label="Ports">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Address</Table.Th>
          {withEnvironment ? <Table.Th>Environment</Table.Th> : null}
          <Table.Th>Service</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Reachable from</Table.Th>
          <Table.Th>Held by</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {ports.map((port) => (
          <PortTableRow
            key={`${port.environmentId ?? ''} ${port.service} ${port.containerPort}/${port.protocol} ${port.hostIp}`}
            port={port}
            withEnvironment={withEnvironment}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function PortTableRow({ port, withEnvironment }: { port: PortRow; withEnvironment: boolean }): ReactNode {
  const exposure = exposureWords[port.exposure];
  const moved = port.requestedPort !== undefined && port.requestedPort !== port.hostPort;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          <PortAddress port={port} />
          {port.hostPort === undefined ? null : (
            <CopyButton text={copyText(port)} what={`address of ${port.service} ${port.containerPort}`} />
          )}
          {moved ? (
            <Text size="xs" c="dimmed" className="nowrap">
              moved from {port.requestedPort}
            </Text>
          ) : null}
        </Group>
      </Table.Td>
      {withEnvironment ? (
        <Table.Td>
          {port.environmentId === undefined ? null : (
            <Link href={environmentPath(port.environmentId, 'ports')} className="quiet-link">
              {port.environmentName ?? port.environmentId}
            </Link>
          )}
        </Table.Td>
      ) : null}
      <Table.Td>
        {port.service}
        <Text span inherit c="dimmed" className="numbers">
          {` ${port.containerPort}/${port.protocol}`}
        </Text>
      </Table.Td>
      <Table.Td>
        <StateBadge look={portLooks[port.state]} size="sm" />
      </Table.Td>
      <Table.Td>
        <Tooltip label={exposure.hint}>
          <Badge size="sm" color={exposure.color} tabIndex={0}>
            {exposure.label}
          </Badge>
        </Tooltip>
      </Table.Td>
      <Table.Td>
        <Text size="xs" c={port.state === 'conflict' ? 'red' : 'dimmed'}>
          {port.holder ? describeHolder(port.holder) : '–'}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}
