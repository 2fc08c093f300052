import type { PortHolder, PortRow } from '../../shared/models/port.ts';
import type { ProxyStatus } from '../../shared/models/proxy.ts';
import { table } from './terminal.ts';

const exposures: Readonly<Record<PortRow['exposure'], string>> = {
  loopback: 'this machine',
  everywhere: 'your whole network!',
  address: 'one address',
};

/** The ports table. A port that others on the network can reach is marked with "!". */
export function portsText(rows: readonly PortRow[]): string {
  return table(
    ['ENVIRONMENT', 'HOST', 'SERVICE', 'STATE', 'REACHABLE FROM', 'HOLDER', 'ADDRESS'],
    rows.map((row) => [
      row.environmentName ?? '—',
      `${row.hostIp.includes(':') ? `[${row.hostIp}]` : row.hostIp}:${row.hostPort ?? '?'}/${row.protocol}`,
      row.service === undefined ? '—' : `${row.service}:${row.containerPort ?? '?'}`,
      stateText(row),
      exposures[row.exposure],
      row.holder ? holderText(row.holder) : '—',
      row.address ?? '—',
    ]),
  );
}

/** `listening`, or with what a web server said: `listening, 200 “Guest book”`; `trying` until that is known. */
function stateText({ state, trying, http }: PortRow): string {
  if (trying) return 'trying';
  if (!http) return state;
  return `${state}, ${http.tls ? 'TLS, ' : ''}${http.status}${http.title === undefined ? '' : ` “${http.title}”`}`;
}

function holderText({ kind, name, service, pid, user }: PortHolder): string {
  if (kind === 'service') return service === undefined ? name : `${service} of ${name}`;
  if (kind === 'container') return `container ${name}`;
  return `${name}${pid === undefined ? '' : ` (process ${pid}${user === undefined ? '' : ` of ${user}`})`}`;
}

/** The names that lead somewhere now, and how to make a browser trust them. */
export function proxyText({ port, names, authority }: ProxyStatus): string {
  const list = names.length === 0 ? `Nothing with a web page runs yet; names appear at port ${port} when it does.\n` : table(['NAME', 'LEADS TO'], names.map(({ url, title }) => [url, title]));
  return `${list}${authority ? `To trust the certificates, once: ${authority.trust}\n` : ''}\n`;
}
