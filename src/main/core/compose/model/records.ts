import { isString, type Node } from '../source/node.ts';
import { bytes, deviceCount, duration, fileMode, fraction, integer, isWhole, keyValues, span, text, textMap, texts, flag } from './leaves.ts';
import { always, alwaysInJson, list, misfit, record, whenSet, type LeafShape, type Shape } from './shape.ts';

/** Parts of a service, and resources: attribute by attribute, in the order in which the reference prints them. */

export const labels = keyValues('');
export const options = keyValues('');

export const dependency = record({ condition: text, restart: flag, required: always(flag) });

export const deviceRequest = record({
  capabilities: texts,
  driver: text,
  count: deviceCount,
  device_ids: texts,
  options: labels,
});

export const fileReference = record({ source: text, target: text, uid: text, gid: text, mode: fileMode });

export const deviceMapping = record({ source: text, target: text, permissions: text });

export const blkioConfig = record({
  weight: integer,
  weight_device: list(record({ Path: always(text, 'path'), Weight: always(integer, 'weight') })),
  device_read_bps: throttles(),
  device_read_iops: throttles(),
  device_write_bps: throttles(),
  device_write_iops: throttles(),
});

function throttles(): Shape {
  return list(record({ Path: always(text, 'path'), Rate: always(bytes, 'rate') }));
}

const updateConfig = record({
  parallelism: whenSet(integer),
  delay: span,
  failure_action: text,
  monitor: span,
  max_failure_ratio: fraction,
  order: text,
});

const resource = record({
  cpus: fraction,
  memory: bytes,
  pids: integer,
  devices: list(deviceRequest),
  generic_resources: list(
    record({ discrete_resource_spec: record({ kind: always(text), value: always(integer) }) }),
  ),
});

export const deploy = record({
  mode: text,
  replicas: whenSet(integer),
  labels,
  update_config: updateConfig,
  rollback_config: updateConfig,
  resources: alwaysInJson(record({ limits: resource, reservations: resource })),
  restart_policy: record({
    condition: text,
    delay: whenSet(duration),
    max_attempts: whenSet(integer),
    window: whenSet(duration),
  }),
  placement: alwaysInJson(
    record({
      constraints: texts,
      preferences: list(record({ spread: text })),
      max_replicas_per_node: integer,
    }),
  ),
  endpoint_mode: text,
});

/** One number for both limits, or the two apart. */
export const ulimit: LeafShape = {
  kind: 'leaf',
  empty: undefined,
  ordered: true,
  decode(node, context) {
    if (node.kind === 'scalar' && isWhole(node)) return node.value === 0 ? {} : node.value;
    if (node.kind !== 'map') return misfit(node, 'a whole number or a mapping', context);
    const limits: Record<string, unknown> = {};
    for (const limit of ['soft', 'hard']) {
      const value = node.entries.get(limit);
      if (!value) continue;
      if (value.kind !== 'scalar' || !isWhole(value)) misfit(value, 'a whole number', context);
      else if (value.value !== 0) limits[limit] = value.value;
    }
    return limits;
  },
  toYaml: (value) => (typeof value === 'object' ? { soft: 0, hard: 0, ...value } : value),
};

export const envFile: Shape = {
  ...record({ path: text, required: always(flag), format: text }),
  shorthand: (value) => (value['required'] === true ? value['path'] : undefined),
};

/** `default`, or an id with the path of its key or socket. */
export const sshKeys: LeafShape = {
  kind: 'leaf',
  empty: [],
  decode(node, context) {
    if (node.kind !== 'map') return misfit(node, 'a mapping', context);
    return [...node.entries].map(([id, path]) => ({ id, ...(pathOf(path) && { path: pathOf(path) }) }));
  },
  toJson: (value) => (value as SshKey[]).map(({ id, path }) => (path ? `${id}=${path}` : id)),
  toYaml: (value) => (value as SshKey[]).map(({ id, path }) => (path ? `${id}: ${path}` : id)),
};

interface SshKey {
  id: string;
  path?: string;
}

function pathOf(node: Node): string | undefined {
  return isString(node) ? node.value : undefined;
}

export const serviceNetwork = record({
  aliases: texts,
  driver_opts: options,
  gw_priority: integer,
  interface_name: text,
  ipv4_address: text,
  ipv6_address: text,
  link_local_ips: texts,
  mac_address: text,
  priority: integer,
});

export const port = record({
  name: text,
  mode: text,
  host_ip: text,
  target: integer,
  published: text,
  protocol: text,
  app_protocol: text,
});

export const mount = record({
  type: text,
  source: text,
  target: text,
  read_only: flag,
  consistency: text,
  bind: record({ selinux: text, propagation: text, create_host_path: flag, recursive: text }),
  volume: record({ labels, nocopy: flag, subpath: text }),
  tmpfs: record({ size: bytes, mode: integer }),
  image: record({ subpath: text }),
});

export const network = record({
  name: text,
  driver: text,
  driver_opts: options,
  ipam: alwaysInJson(
    record({
      driver: text,
      config: list(record({ subnet: text, gateway: text, ip_range: text, aux_addresses: labels })),
    }),
  ),
  external: flag,
  internal: flag,
  attachable: flag,
  labels,
  enable_ipv4: whenSet(flag),
  enable_ipv6: whenSet(flag),
});

export const volume = record({ name: text, driver: text, driver_opts: options, external: flag, labels });

export const fileObject = record({
  name: text,
  file: text,
  environment: text,
  content: text,
  external: flag,
  labels,
  driver: text,
  driver_opts: textMap,
  template_driver: text,
});

export const model = record({ name: text, model: text, context_size: integer, runtime_flags: texts });
