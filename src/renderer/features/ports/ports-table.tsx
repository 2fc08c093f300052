import { Badge, Group, Table, Text, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { PortRow } from '../../../shared/models/port.ts';
import { environmentPath } from '../../app/routes.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { describeHolder } from '../../ui/port-conflicts.ts';
import { StateBadge } from '../../ui/state-badge.tsx';
import { PortActions } from './port-actions.tsx';
import { PortAddress } from './port-address.tsx';
import { answerText, copyText, exposureWords, portLook, portName } from './port-words.ts';

interface PortsTableProps {
  ports: readonly PortRow[];
  /** Names the environment of each row. */
  withEnvironment?: boolean;
  /** Opens the dialogue that changes this port. */
  onEdit?: (port: PortRow) => void;
}

export function PortsTable({ ports, withEnvironment = false, onEdit }: PortsTableProps): ReactNode {
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
          <Table.Th w={44} aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {ports.map((port) => (
          <PortTableRow key={rowKey(port)} port={port} withEnvironment={withEnvironment} {...(onEdit ? { onEdit } : {})} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function rowKey({ environmentId, service, containerPort, protocol, hostIp, hostPort, holder }: PortRow): string {
  return [environmentId, service, containerPort, protocol, hostIp, hostPort, holder?.pid].join(' ');
}

interface PortTableRowProps {
  port: PortRow;
  withEnvironment: boolean;
  onEdit?: (port: PortRow) => void;
}

function PortTableRow({ port, withEnvironment, onEdit }: PortTableRowProps): ReactNode {
  const exposure = exposureWords[port.exposure];
  const answer = answerText(port);
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          <PortAddress port={port} />
          {port.hostPort === undefined ? null : <CopyButton text={copyText(port)} what={`address of ${portName(port)}`} />}
          <ChangeNote port={port} />
        </Group>
      </Table.Td>
      {withEnvironment ? (
        <Table.Td>
          {port.environmentId === undefined ? (
            <Text c="dimmed" inherit>
              –
            </Text>
          ) : (
            <Link href={environmentPath(port.environmentId, 'ports')} className="quiet-link">
              {port.environmentName ?? port.environmentId}
            </Link>
          )}
        </Table.Td>
      ) : null}
      <Table.Td>
        {port.service ?? (
          <Text span inherit c="dimmed">
            no container
          </Text>
        )}
        <Text span inherit c="dimmed" className="numbers">
          {` ${port.containerPort === undefined ? '' : `${port.containerPort}/`}${port.protocol}`}
        </Text>
      </Table.Td>
      <Table.Td>
        <StateBadge look={portLook(port)} size="sm" />
        {answer === undefined ? null : (
          <Text size="xs" c={port.http && port.http.status >= 500 ? 'orange' : 'dimmed'} truncate maw={220} title={answer}>
            {answer}
          </Text>
        )}
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
      <Table.Td>
        <PortActions port={port} {...(onEdit ? { onEdit } : {})} />
      </Table.Td>
    </Table.Tr>
  );
}

/** What the person changed against the files. */
function ChangeNote({ port: { edited, requestedPort } }: { port: PortRow }): ReactNode {
  if (edited === undefined) return null;
  const words = edited === 'added' ? 'added here' : requestedPort === undefined ? 'changed here' : `moved from ${requestedPort}`;
  return (
    <Text size="xs" c="dimmed" className="nowrap">
      {words}
    </Text>
  );
}
