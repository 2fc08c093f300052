import { useQuery } from '@tanstack/react-query';
import { IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useApi } from '../../api/api.tsx';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { PortsTable } from './ports-table.tsx';

export function PortsPage(): ReactNode {
  const ports = useQuery(useApi().ports.watch.experimental_liveOptions({ input: {} }));
  return (
    <>
      <PageHeader title="Ports" description="Every port that your environments use on this machine." />
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
