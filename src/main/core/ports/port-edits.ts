import { isIP } from 'node:net';
import type { PortRemap } from '../../../shared/models/environment.ts';
import type { PortDifference, PortEdit } from '../../../shared/models/port.ts';
import { Fault } from '../base/fault.ts';
import type { Port, Project } from '../compose/project.ts';
import { isPublication, originsOf } from './remaps.ts';
import { wantedPort, type PublishOptions } from './wanted-port.ts';

/**
 * The remaps after a person's change of one port. A port that the files do not publish is added.
 * Raises `port.invalid` for a service that the project hasn't, a port outside 1–65535, and what is no IP address.
 */
export function editRemaps(original: Project, remaps: readonly PortRemap[], edit: PortEdit): PortRemap[] {
  validate(original, edit);
  const { action, service, containerPort, protocol, current, hostPort, hostIp } = edit;
  const published = (original.services[service]?.ports ?? []).filter((port) => isPublication(edit, port));
  const own = remaps.filter((one) => one.service === service && one.containerPort === containerPort && one.protocol === protocol);
  const before = own.find((one) => current === undefined || (one.hostPort ?? one.requestedPort) === current);
  const others = remaps.filter((one) => one !== before);
  const target = { service, containerPort, protocol };
  if (action === 'reset') return others;
  const which = before ? before.requestedPort : requestedOf(published, current);
  const requested = which === undefined ? {} : { requestedPort: which };
  const added = before ? before.change === 'added' : published.length === 0;
  if (action === 'remove') {
    if (!before && published.length === 0) throw invalid(edit, `Service ${service} does not publish port ${containerPort}/${protocol}.`, 'Nothing is there to remove.');
    return added ? others : [...others, { ...target, ...requested, change: 'removed' }];
  }
  const port = hostPort ?? before?.hostPort;
  const address = hostIp ?? before?.hostIp;
  const changed: PortRemap = {
    ...target,
    ...requested,
    ...(port === undefined ? {} : { hostPort: port }),
    ...(address === undefined ? {} : { hostIp: address }),
    ...(added ? { change: 'added' } : {}),
  };
  return [...others, changed];
}

/** Names one of several publications by its host port in the files; a single one needs no name. */
function requestedOf(published: readonly Port[], current: number | undefined): number | undefined {
  if (published.length < 2) return undefined;
  const found = published.find((port) => port.published === String(current)) ?? published[0];
  return found?.published !== undefined && /^\d+$/.test(found.published) ? Number(found.published) : undefined;
}

function validate(original: Project, edit: PortEdit): void {
  const { service, containerPort, hostPort, hostIp } = edit;
  if (!original.services[service]) {
    throw invalid(edit, `There is no service ${service}.`, `The project has: ${Object.keys(original.services).join(', ')}.`);
  }
  for (const port of [containerPort, hostPort]) {
    if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
      throw invalid(edit, `Port ${port} does not exist.`, 'Ports go from 1 to 65535.');
    }
  }
  if (hostIp !== undefined && isIP(hostIp) === 0) {
    throw invalid(edit, `“${hostIp}” is not an IP address.`, 'Publish on 127.0.0.1, on 0.0.0.0 for every interface, or on an address of this machine.');
  }
}

function invalid({ service }: PortEdit, message: string, hint: string): Fault {
  return new Fault({ code: 'port.invalid', message, hint, data: { service } });
}

/** What the environment's remaps change against its files, in words and as a Compose override file. */
export function portDifference(original: Project, remaps: readonly PortRemap[], options: PublishOptions = {}): PortDifference {
  const changed = originsOf(original, remaps).filter(({ port, original: before }) => port !== before);
  const words = (service: string, port: Port | undefined): string | undefined => {
    if (!port) return undefined;
    const { hostIp, hostPorts } = wantedPort(service, port, options);
    return `${hostIp.includes(':') ? `[${hostIp}]` : hostIp}:${port.published === undefined || hostPorts.length === 0 ? 'any' : port.published}`;
  };
  const services = [...new Set(changed.map(({ service }) => service))];
  return {
    changes: changed.flatMap(({ service, port, original: before }) => {
      const { containerPort, protocol } = wantedPort(service, port ?? before ?? {}, options);
      const [from, to] = [words(service, before), words(service, port)];
      return [{ service, containerPort, protocol, ...(from === undefined ? {} : { before: from }), ...(to === undefined ? {} : { after: to }) }];
    }),
    override: services.length === 0 ? '' : overrideText(original, remaps, services),
  };
}

/** Keys that YAML takes for text without quotes. */
const plainKey = /^[a-z][\w-]*$/i;
const wordKey = /^(null|true|false|yes|no|on|off|y|n)$/i;

/** One port in its long form. Its values are texts and numbers, which JSON writes as YAML does. */
function portLines(port: Port): string[] {
  return Object.entries(port).map(([key, value], index) => `${index === 0 ? '      - ' : '        '}${key}: ${JSON.stringify(value)}`);
}

/** Compose appends the ports of later files to those of earlier ones: `!override` makes them take their place instead. */
function overrideText(original: Project, remaps: readonly PortRemap[], services: readonly string[]): string {
  const origins = originsOf(original, remaps);
  const lines = services.flatMap((service) => {
    const ports = origins.flatMap(({ service: of, port }) => (of === service && port ? [port] : []));
    const head = `  ${plainKey.test(service) && !wordKey.test(service) ? service : JSON.stringify(service)}:`;
    if (ports.length === 0) return [head, '    ports: !reset []'];
    return [head, '    ports: !override', ...ports.flatMap(portLines)];
  });
  return `${['services:', ...lines].join('\n').replaceAll('$', '$$$$')}\n`;
}
