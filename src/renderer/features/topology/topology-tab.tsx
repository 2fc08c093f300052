import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconTopologyStar3 } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useMemo } from 'react';
import { useLocation } from 'wouter';
import type { EnvironmentView } from '../../../shared/models/environment.ts';
import type { EnvironmentNetworks } from '../../../shared/models/network.ts';
import type { PortRow } from '../../../shared/models/port.ts';
import { useApi } from '../../api/api.tsx';
import { environmentPath } from '../../app/routes.ts';
import { EmptyNote } from '../../ui/empty-note.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { topologyOf } from './topology-graph.ts';
import { kindTabs } from './topology-words.ts';

/** The drawing brings a library of its own: the window's start does not wait for it. */
const TopologyCanvas = lazy(() => import('./topology-canvas.tsx'));

/** How this machine leads to the environment's services, networks and volumes, and how each of them is. */
export function TopologyTab({ view }: { view: EnvironmentView }): ReactNode {
  const api = useApi();
  const environmentId = view.summary.id;
  const ports = useQuery(api.ports.watch.experimental_liveOptions({ input: { environmentId } }));
  const networks = useQuery(api.networks.watch.experimental_liveOptions({ input: { environmentId } }));
  const skeleton = <Skeleton height={420} />;
  return (
    <Loaded query={networks} skeleton={skeleton}>
      {(links) => (
        <Loaded query={ports} skeleton={skeleton}>
          {(rows) => <TopologyPicture view={view} ports={rows} networks={links} />}
        </Loaded>
      )}
    </Loaded>
  );
}

function TopologyPicture({ view, ports, networks }: { view: EnvironmentView; ports: readonly PortRow[]; networks: EnvironmentNetworks }): ReactNode {
  const [, navigate] = useLocation();
  const topology = useMemo(() => topologyOf({ view, ports, networks }), [view, ports, networks]);
  if (topology.nodes.length === 0) {
    return <EmptyNote icon={<IconTopologyStar3 />} title="No services" description="The files of this environment define no service." />;
  }
  return (
    <div className="topology-page">
      <Text size="xs" c="dimmed">
        Click a box, or go there with Tab and the arrow keys, to see what it is connected to. Enter or a double click opens it.
      </Text>
      <Suspense fallback={<Skeleton height={420} />}>
        <TopologyCanvas topology={topology} onOpen={({ kind }) => navigate(environmentPath(view.summary.id, kindTabs[kind]))} />
      </Suspense>
    </div>
  );
}
