import { useQuery } from '@tanstack/react-query';
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useApi } from '../../api/api.tsx';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { PortsTable } from './ports-table.tsx';

export function EnvironmentPorts({ environmentId }: { environmentId: string }): ReactNode {
  const ports = useQuery(useApi().ports.watch.experimental_liveOptions({ input: { environmentId } }));
  return (
    <Loaded query={ports} skeleton={<RowsSkeleton rows={5} height={34} />}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyNote
            icon={<IconPlugConnectedX />}
            title="No ports"
            description="No service of this environment publishes a port on this machine."
          />
        ) : (
          <PortsTable ports={rows} />
        )
      }
    </Loaded>
  );
}
