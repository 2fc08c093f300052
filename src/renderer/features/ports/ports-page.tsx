import { Button, Group, Switch } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconPlugConnectedX, IconRefresh } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useApi } from '../../api/api.tsx';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { PortsTable } from './ports-table.tsx';

/** Every port of the library's environments, and on wish of everything else on this machine. */
export function PortsPage(): ReactNode {
  const api = useApi();
  const [machine, setMachine] = useState(false);
  const ports = useQuery(api.ports.watch.experimental_liveOptions({ input: { machine } }));
  const probe = useMutation(api.ports.probe.mutationOptions());
  return (
    <>
      <PageHeader
        title="Ports"
        description={machine ? 'Every port that is used on this machine.' : 'Every port that your environments use on this machine.'}
      />
      <Group justify="space-between" mb="sm">
        <Switch label="Other containers and programs too" checked={machine} onChange={(event) => setMachine(event.currentTarget.checked)} />
        <Button size="xs" variant="subtle" color="gray" leftSection={<IconRefresh size={15} />} onClick={() => probe.mutate({})}>
          Try again
        </Button>
      </Group>
      <Loaded query={ports} skeleton={<RowsSkeleton rows={8} height={34} />}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyNote
              icon={<IconPlugConnectedX />}
              title="No ports yet"
              description="The ports of your environments show up here with their addresses and who holds them."
            />
          ) : (
            <PortsTable ports={rows} withEnvironment />
          )
        }
      </Loaded>
    </>
  );
}
