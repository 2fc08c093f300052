import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconPlugConnectedX, IconPlus, IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { PortRow } from '../../../shared/models/port.ts';
import { useApi } from '../../api/api.tsx';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { PortDialog } from './port-dialog.tsx';
import { PortDifference } from './port-difference.tsx';
import { PortsTable } from './ports-table.tsx';

interface EnvironmentPortsProps {
  environmentId: string;
  services: readonly string[];
}

/** The ports of one environment, with all that can be changed about them. */
export function EnvironmentPorts({ environmentId, services }: EnvironmentPortsProps): ReactNode {
  const api = useApi();
  const ports = useQuery(api.ports.watch.experimental_liveOptions({ input: { environmentId } }));
  const probe = useMutation(api.ports.probe.mutationOptions());
  const [editing, setEditing] = useState<PortRow | 'new' | undefined>(undefined);
  return (
    <Loaded query={ports} skeleton={<RowsSkeleton rows={5} height={34} />}>
      {(rows) => (
        <Stack gap="sm">
          <Group justify="space-between">
            <PortDifference environmentId={environmentId} version={versionOf(rows)} />
            <Group gap="xs" ml="auto">
              {rows.length > 0 ? (
                <Button size="xs" variant="subtle" color="gray" leftSection={<IconRefresh size={15} />} onClick={() => probe.mutate({})}>
                  Try again
                </Button>
              ) : null}
              <Button size="xs" variant="light" leftSection={<IconPlus size={15} />} disabled={services.length === 0} onClick={() => setEditing('new')}>
                Add a port
              </Button>
            </Group>
          </Group>
          {rows.length === 0 ? (
            <EmptyNote
              icon={<IconPlugConnectedX />}
              title="No ports"
              description="No service of this environment publishes a port on this machine."
            />
          ) : (
            <PortsTable ports={rows} onEdit={setEditing} />
          )}
          {editing === undefined ? null : (
            <PortDialog
              environmentId={environmentId}
              services={services}
              onClose={() => setEditing(undefined)}
              {...(editing === 'new' ? {} : { port: editing })}
            />
          )}
        </Stack>
      )}
    </Loaded>
  );
}

function versionOf(rows: readonly PortRow[]): string {
  return rows.map(({ service, containerPort, protocol, hostIp, hostPort }) => [service, containerPort, protocol, hostIp, hostPort].join(' ')).join('\n');
}
