import { Badge, Group, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconNetworkOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { EnvironmentNetworks, NetworkView } from '../../../shared/models/network.ts';
import { useApi } from '../../api/api.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { ConnectionTest } from './connection-test.tsx';
import { modeText, networkFacts } from './network-words.ts';

/** The environment's networks: who is on them under which names and addresses, and who reaches whom. */
export function NetworksTab({ environmentId }: { environmentId: string }): ReactNode {
  const networks = useQuery(useApi().networks.watch.experimental_liveOptions({ input: { environmentId } }));
  return (
    <Loaded query={networks} skeleton={<RowsSkeleton rows={6} height={34} />}>
      {(view) =>
        view.services.length === 0 ? (
          <EmptyNote icon={<IconNetworkOff />} title="No networks" description="The files of this environment define no service." />
        ) : (
          <Stack gap="lg">
            <ConnectionTest environmentId={environmentId} view={view} />
            {view.networks.map((network) => (
              <NetworkSection key={network.key} network={network} />
            ))}
            <ReachSection view={view} />
          </Stack>
        )
      }
    </Loaded>
  );
}

function NetworkSection({ network }: { network: NetworkView }): ReactNode {
  return (
    <Stack gap={6} component="section" aria-label={`Network ${network.key}`}>
      <Group gap="sm">
        <Title order={2}>{network.key}</Title>
        {networkFacts(network).map((fact) => (
          <Badge key={fact} size="sm" color="gray">
            {fact}
          </Badge>
        ))}
        <Text size="xs" c="dimmed" ff="monospace">
          {network.name}
        </Text>
      </Group>
      <Table aria-label={`Services on ${network.key}`} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w="24%">Service</Table.Th>
            <Table.Th w="26%">Address</Table.Th>
            <Table.Th>Names</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {network.members.map(({ service, container, running, address, aliases }) => (
            <Table.Tr key={container ?? service} data-quiet={!running || undefined}>
              <Table.Td title={container}>{service}</Table.Td>
              <Table.Td ff="monospace">
                {address === undefined ? (
                  <Text size="xs" c="dimmed" span>
                    {running ? '–' : 'does not run'}
                  </Text>
                ) : (
                  <Group gap={4} wrap="nowrap">
                    {address}
                    <CopyButton text={address} what={`address of ${service} on ${network.key}`} />
                  </Group>
                )}
              </Table.Td>
              <Table.Td ff="monospace" fz="xs" className="wrap">
                {aliases.join(', ')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function ReachSection({ view }: { view: EnvironmentNetworks }): ReactNode {
  return (
    <Stack gap={6} component="section" aria-label="Who reaches whom">
      <Title order={2}>Who reaches whom</Title>
      <Paper withBorder>
        <Table aria-label="Who reaches whom">
          <Table.Tbody>
            {view.services.map((service) => (
              <Table.Tr key={service.service}>
                <Table.Td w="24%">{service.service}</Table.Td>
                <Table.Td>
                  {service.reaches.length > 0 ? (
                    service.reaches.join(', ')
                  ) : (
                    <Text size="sm" c="dimmed" span>
                      no other service
                    </Text>
                  )}
                  {service.mode === undefined ? null : (
                    <Text size="xs" c="dimmed">
                      {modeText(service.mode)}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Paper>
    </Stack>
  );
}
