import type { EnvironmentTab } from '../../app/routes.ts';
import type { TopologyKind } from './topology-graph.ts';

export const kindWords: Readonly<Record<TopologyKind, string>> = {
  host: 'Host',
  port: 'Port',
  service: 'Service',
  network: 'Network',
  volume: 'Volume',
};

/** Where Enter on a box leads: the tab that tells most about it. */
export const kindTabs: Readonly<Record<TopologyKind, EnvironmentTab>> = {
  host: 'ports',
  port: 'ports',
  service: 'overview',
  network: 'networks',
  volume: 'snapshots',
};

/** The signs that need words; the machine is called by its name. */
export const legendKinds: readonly (readonly [TopologyKind, string])[] = [
  ['port', 'Port'],
  ['service', 'Service'],
  ['network', 'Network'],
  ['volume', 'Volume'],
];

/** Colour of the theme → what it says about a box. */
export const legendColours: readonly (readonly [string, string])[] = [
  ['teal', 'Fine'],
  ['blue', 'Starting'],
  ['orange', 'No answer'],
  ['red', 'Failed or taken'],
  ['gray', 'Not there'],
];
