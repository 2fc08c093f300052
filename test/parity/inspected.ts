import { engineRequest } from '../support/engine-http.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = Record<string, Json>;

/** All that an engine tells about a project's containers, networks and volumes, without what differs between any two runs. */
export interface Inspected {
  readonly containers: Readonly<Record<string, Json>>;
  readonly networks: Readonly<Record<string, Json>>;
  readonly volumes: Readonly<Record<string, Json>>;
}

/** Asks the engine itself, with none of the product's code between. */
export async function inspectProject(socket: string, project: string): Promise<Inspected> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${project}`] }));
  const get = async (path: string): Promise<Json> => JSON.parse(await engineRequest(socket, 'GET', path)) as Json;
  const containers = (await get(`/containers/json?all=true&filters=${filters}`)) as { Id: string }[];
  const networks = (await get(`/networks?filters=${filters}`)) as { Name: string }[];
  const volumes = ((await get(`/volumes?filters=${filters}`)) as { Volumes: { Name: string }[] | null }).Volumes ?? [];
  const details = (await Promise.all(containers.map(({ Id }) => get(`/containers/${Id}/json`)))) as JsonObject[];
  const names = new Map(details.map((container) => [container.Id as string, container.Name as string]));
  return {
    containers: Object.fromEntries(details.map((container) => [container.Name as string, plainContainer(container, names)])),
    networks: Object.fromEntries(networks.map((network) => [network.Name, plainNetwork(network as JsonObject)])),
    volumes: Object.fromEntries(volumes.map((volume) => [volume.Name, { Options: {}, ...withoutNull(without(volume as JsonObject, ['CreatedAt', 'Mountpoint'])) }])),
  };
}

/** Addresses that the engine chose go: those that a case asks for are in 10.253. Engines print no options as either null or {}. */
function plainNetwork(network: JsonObject): Json {
  const ipam = network.IPAM as JsonObject;
  const pools = (ipam.Config as JsonObject[]).filter(({ Subnet }) => (Subnet as string).startsWith('10.253.'));
  return { ...without(network, ['Id', 'Created', 'Containers']), IPAM: { ...ipam, Config: pools, Options: ipam.Options ?? {} } };
}

/** Fields that every container has of its own. */
const passing = ['Id', 'Created', 'State', 'ResolvConfPath', 'HostnamePath', 'HostsPath', 'LogPath', 'GraphDriver', 'ExecIDs', 'Image'];

function plainContainer(container: JsonObject, names: ReadonlyMap<string, string>): Json {
  const id = container.Id as string;
  const settings = container.NetworkSettings as JsonObject;
  const networks = settings.Networks as Record<string, JsonObject>;
  const state = container.State as { Status: string };
  const config = container.Config as JsonObject;
  const hashesIds = /"container:|"VolumesFrom":\["/.test(JSON.stringify(container.HostConfig));
  const labels = without(config.Labels as JsonObject, hashesIds ? ['com.docker.compose.config-hash'] : []);
  const plain: JsonObject = {
    ...without(container, passing),
    Status: state.Status,
    Config: { ...config, Labels: labels, Hostname: config.Hostname === id.slice(0, 12) ? '(own id)' : (config.Hostname ?? null) },
    NetworkSettings: {
      Ports: withoutChosenPorts(settings.Ports ?? null),
      Networks: Object.fromEntries(Object.entries(networks).map(([name, endpoint]) => [name, plainEndpoint(endpoint, id)])),
    },
    Mounts: (container.Mounts as JsonObject[]).map((mount) => without(mount, ['Source', ...(isId(mount.Name) ? ['Name'] : [])])),
  };
  return sorted(replaceIds(plain, names));
}

function plainEndpoint(endpoint: JsonObject, id: string): Json {
  const kept = without(endpoint, ['NetworkID', 'EndpointID', 'Gateway', 'IPAddress', 'MacAddress']);
  const aliases = (endpoint.Aliases as string[] | null)?.filter((alias) => alias !== id.slice(0, 12)) ?? null;
  return { ...kept, Aliases: aliases };
}

/** Host ports that the engine chose. */
function withoutChosenPorts(ports: Json): Json {
  if (ports === null || typeof ports !== 'object' || Array.isArray(ports)) return ports;
  return Object.fromEntries(
    Object.entries(ports).map(([port, bindings]) => [port, Array.isArray(bindings) ? bindings.map((one) => (one as JsonObject).HostIp ?? '') : bindings]),
  );
}

function isId(value: Json | undefined): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

/** Ids of containers that others refer to (`network_mode: service:x`) become names; a hash over them is left out above. */
function replaceIds(value: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return [...names].reduce((text, [id, name]) => text.replaceAll(id, `(id of ${name})`).replaceAll(id.slice(0, 12), `(id of ${name})`), value);
  if (Array.isArray(value)) return value.map((entry) => replaceIds(entry, names));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, replaceIds(entry, names)]));
}

/** Compose writes lists that it makes from maps in any order. */
function sorted(value: Json): Json {
  if (typeof value === 'string') return value.includes(':service_') ? value.split(',').sort().join(',') : value;
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, entry]): [string, Json] => [key, sorted(entry)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function withoutNull(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null));
}

function without(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}
