/** Tabs of an environment's page, in order; the first is the page itself. */
export const environmentTabs = ['overview', 'ports', 'topology', 'networks', 'images', 'snapshots', 'logs', 'settings'] as const;
export type EnvironmentTab = (typeof environmentTabs)[number];

export const homePath = '/';
export const portsPath = '/ports';
export const registriesPath = '/registries';
export const diskPath = '/disk';
export const doctorPath = '/doctor';
export const settingsPath = '/settings';

/** `place`: what is looked at inside the tab, at most two of them. */
export function environmentPath(id: string, tab: EnvironmentTab = 'overview', place: readonly string[] = []): string {
  const page = `/environments/${encodeURIComponent(id)}`;
  return tab === 'overview' ? page : [page, tab, ...place.map(encodeURIComponent)].join('/');
}

/** What is in a registry, or in one repository of it. */
export function registryPath(host: string, repository?: string): string {
  return [registriesPath, host, ...(repository === undefined ? [] : [repository])].map((part, index) => (index === 0 ? part : encodeURIComponent(part))).join('/');
}

/** The tab that an address names; an unknown one is the overview. */
export function environmentTab(segment: string | undefined): EnvironmentTab {
  return environmentTabs.find((tab) => tab === segment) ?? 'overview';
}
