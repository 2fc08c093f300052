import type { ReactNode } from 'react';
import { Route, Switch } from 'wouter';
import { DiskPage } from '../features/disk/disk-page.tsx';
import { DoctorPage } from '../features/doctor/doctor-page.tsx';
import { EnvironmentPage } from '../features/environment/environment-page.tsx';
import { OpenByName } from '../features/environments/open-by-name.tsx';
import { EnvironmentsPage } from '../features/environments/environments-page.tsx';
import { PortsPage } from '../features/ports/ports-page.tsx';
import { RegistriesPage } from '../features/registries/registries-page.tsx';
import { RegistryPage } from '../features/registries/registry-page.tsx';
import { SettingsPage } from '../features/settings/settings-page.tsx';
import { diskPath, doctorPath, portsPath, registriesPath, settingsPath } from './routes.ts';

export function Pages(): ReactNode {
  return (
    <Switch>
      <Route path="/environments/:id/*?">
        {({ id, '*': rest }) => {
          const [tab, ...place] = (rest ?? '').split('/').filter(Boolean).map(decodeURIComponent);
          return <EnvironmentPage key={id} environmentId={decodeURIComponent(id)} tab={tab} place={place} />;
        }}
      </Route>
      <Route path="/open/:name">{({ name }) => <OpenByName name={decodeURIComponent(name)} />}</Route>
      <Route path={portsPath} component={PortsPage} />
      <Route path={registriesPath} component={RegistriesPage} />
      <Route path={`${registriesPath}/:host/:repository?`}>
        {({ host, repository }) => (
          <RegistryPage key={host} host={decodeURIComponent(host)} repository={repository === undefined ? undefined : decodeURIComponent(repository)} />
        )}
      </Route>
      <Route path={diskPath} component={DiskPage} />
      <Route path={doctorPath} component={DoctorPage} />
      <Route path={settingsPath} component={SettingsPage} />
      <Route component={EnvironmentsPage} />
    </Switch>
  );
}
