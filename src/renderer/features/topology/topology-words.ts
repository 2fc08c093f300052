import type { TopologyKind } from './topology-graph.ts';

export const kindWords: Readonly<Record<TopologyKind, string>> = {
  host: 'Host',
  port: 'Port',
  service: 'Service',
  network: 'Network',
  volume: 'Volume',
};
