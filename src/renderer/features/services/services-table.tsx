import { ActionIcon, Table, Text, Tooltip } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { EnvironmentView } from '../../../shared/models/environment.ts';
import type { PortRow } from '../../../shared/models/port.ts';
import type { ServiceView } from '../../../shared/models/stack.ts';
import { useApi } from '../../api/api.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { serviceLooks } from '../../ui/state-look.ts';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { PortAddress } from '../ports/port-address.tsx';
import { shortImage } from './short-image.ts';
import { serviceExplanation } from './service-explanation.ts';

/** Every service of the environment: how it stands and why, what it runs, where it can be reached. */
export function ServicesTable({ view }: { view: EnvironmentView }): ReactNode {
  const environmentId = view.summary.id;
  const ports = useQuery(useApi().ports.watch.experimental_liveOptions({ input: { environmentId } }));
  return (
    <Table aria-label="Services" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="15%">Service</Table.Th>
          <Table.Th w={130}>State</Table.Th>
          <Table.Th>Detail</Table.Th>
          <Table.Th w="27%">Image</Table.Th>
          <Table.Th w="13%">Ports</Table.Th>
          <Table.Th w={44} aria-label="Actions" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {view.services.map((service) => (
          <ServiceRow
            key={service.name}
            environmentId={environmentId}
            service={service}
            ports={ports.data?.filter((port) => port.service === service.name) ?? []}
            busy={view.summary.jobId !== undefined}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface ServiceRowProps {
  environmentId: string;
  service: ServiceView;
  ports: readonly PortRow[];
  busy: boolean;
}

function ServiceRow({ environmentId, service, ports, busy }: ServiceRowProps): ReactNode {
  const restart = useMutation(useApi().environments.restart.mutationOptions());
  const label = `Restart ${service.name}`;
  return (
    <Table.Tr data-quiet={service.state === 'disabled' || undefined}>
      <Table.Td fw={500} className="truncate" title={service.name}>
        {service.name}
      </Table.Td>
      <Table.Td>
        <StateBadge look={serviceLooks[service.state]} size="sm" />
      </Table.Td>
      <Table.Td>
        <Text size="xs" c={service.state === 'failed' || service.state === 'unhealthy' ? 'red' : 'dimmed'} lineClamp={2}>
          {serviceExplanation(service) || <RunningSince service={service} />}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="xs" ff="monospace" c="dimmed" truncate title={service.image}>
          {shortImage(service.image)}
        </Text>
      </Table.Td>
      <Table.Td>
        <div className="port-list">
          {ports.map((port) => (
            <PortAddress key={`${port.hostIp}:${port.hostPort ?? ''}:${port.containerPort}/${port.protocol}`} port={port} brief />
          ))}
        </div>
      </Table.Td>
      <Table.Td>
        {service.containers.length > 0 ? (
          <Tooltip label={label}>
            <ActionIcon
              aria-label={label}
              disabled={busy}
              loading={restart.isPending}
              onClick={() => restart.mutate({ environmentId, service: service.name })}
            >
              <IconRefresh size={16} />
            </ActionIcon>
          </Tooltip>
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}

function RunningSince({ service: { state, containers } }: { service: ServiceView }): ReactNode {
  const startedAt = containers[0]?.startedAt;
  if (startedAt === undefined || (state !== 'running' && state !== 'healthy')) return null;
  return (
    <>
      Started <TimeAgo at={startedAt} />
    </>
  );
}
