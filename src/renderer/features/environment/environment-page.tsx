import { Skeleton, Stack, Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { EnvironmentView } from '../../../shared/models/environment.ts';
import { environmentPath, environmentTab, type EnvironmentTab, environmentTabs } from '../../app/routes.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { RowsSkeleton } from '../../ui/rows-skeleton.tsx';
import { isUp } from '../environments/running-text.ts';
import { ImagesTab } from '../images/images-tab.tsx';
import { LogsTab } from '../logs/logs-tab.tsx';
import { NetworksTab } from '../networks/networks-tab.tsx';
import { EnvironmentPorts } from '../ports/environment-ports.tsx';
import { SnapshotsTab } from '../snapshots/snapshots-tab.tsx';
import { TopologyTab } from '../topology/topology-tab.tsx';
import { EnvironmentHeader } from './environment-header.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { EnvironmentSettings } from './environment-settings.tsx';
import { OpenLinks } from './open-links.tsx';
import { useEnvironment } from './use-environment.ts';

const tabTitles: Readonly<Record<EnvironmentTab, string>> = {
  overview: 'Overview',
  ports: 'Ports',
  topology: 'Topology',
  networks: 'Networks',
  images: 'Images',
  snapshots: 'Snapshots',
  logs: 'Logs',
  settings: 'Settings',
};

interface EnvironmentPageProps {
  environmentId: string;
  tab: string | undefined;
  /** What is looked at inside the tab. */
  place: readonly string[];
}

export function EnvironmentPage({ environmentId, tab, place }: EnvironmentPageProps): ReactNode {
  const environment = useEnvironment(environmentId);
  return (
    <Loaded query={environment} skeleton={<PageSkeleton />}>
      {(view) => <EnvironmentBody view={view} tab={environmentTab(tab)} place={place} />}
    </Loaded>
  );
}

function EnvironmentBody({ view, tab, place }: { view: EnvironmentView; tab: EnvironmentTab; place: readonly string[] }): ReactNode {
  const [, navigate] = useLocation();
  const { id } = view.summary;
  return (
    <div className="environment-page">
      <EnvironmentHeader view={view} />
      <Tabs
        value={tab}
        keepMounted={false}
        className="environment-tabs"
        onChange={(next) => navigate(environmentPath(id, environmentTab(next ?? undefined)))}
      >
        <Tabs.List aria-label="Parts of the environment">
          {environmentTabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {tabTitles[name]}
            </Tabs.Tab>
          ))}
          {isUp(view.summary) ? <OpenLinks links={view.links} /> : null}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <OverviewTab view={view} />
        </Tabs.Panel>
        <Tabs.Panel value="ports">
          <EnvironmentPorts environmentId={id} services={view.services.map((service) => service.name)} />
        </Tabs.Panel>
        <Tabs.Panel value="topology" className="fill">
          <TopologyTab view={view} />
        </Tabs.Panel>
        <Tabs.Panel value="networks">
          <NetworksTab environmentId={id} />
        </Tabs.Panel>
        <Tabs.Panel value="images">
          <ImagesTab environment={view.summary} />
        </Tabs.Panel>
        <Tabs.Panel value="snapshots">
          <SnapshotsTab environment={view.summary} place={place} />
        </Tabs.Panel>
        <Tabs.Panel value="logs" className="fill">
          <LogsTab environmentId={id} services={view.services.map((service) => service.name)} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <EnvironmentSettings key={id} view={view} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

function PageSkeleton(): ReactNode {
  return (
    <Stack gap="lg">
      <Skeleton height={52} width={360} />
      <RowsSkeleton rows={6} height={38} />
    </Stack>
  );
}
