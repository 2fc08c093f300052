import type { Service } from '../compose/project.ts';
import type { Protocol } from './wanted-port.ts';

export interface PublishedPort {
  readonly containerPort: number;
  readonly protocol: Protocol;
  readonly hostIp: string;
  readonly hostPort: number;
}

export interface PortAddress {
  /** To open or copy: `http://127.0.0.1:8080`, `postgres://app@127.0.0.1:5432/app`. Never holds a password. */
  readonly address: string;
  /** Opens in a browser. */
  readonly browsable: boolean;
}

type Environment = Readonly<Record<string, string | null>>;

interface Kind {
  readonly scheme: string;
  /** The container ports that such a server is known to listen on. */
  readonly ports: readonly number[];
  /** Images that run such a server, whatever the port. */
  readonly image?: RegExp;
  readonly user?: (environment: Environment) => string | undefined;
  readonly path?: (environment: Environment) => string | undefined;
}

const kinds: readonly Kind[] = [
  {
    scheme: 'postgres',
    ports: [5432],
    image: /(^|\/)(postgres|postgis|timescaledb|pgvector)\b/,
    user: (environment) => environment.POSTGRES_USER ?? 'postgres',
    path: (environment) => environment.POSTGRES_DB ?? environment.POSTGRES_USER ?? 'postgres',
  },
  {
    scheme: 'mysql',
    ports: [3306],
    image: /(^|\/)(mysql|mariadb|percona)\b/,
    user: (environment) => environment.MYSQL_USER ?? environment.MARIADB_USER ?? 'root',
    path: (environment) => environment.MYSQL_DATABASE ?? environment.MARIADB_DATABASE ?? undefined,
  },
  { scheme: 'redis', ports: [6379] },
  { scheme: 'mongodb', ports: [27017], user: (environment) => environment.MONGO_INITDB_ROOT_USERNAME ?? undefined },
  { scheme: 'amqp', ports: [5672], user: (environment) => environment.RABBITMQ_DEFAULT_USER ?? undefined },
  { scheme: 'mqtt', ports: [1883] },
  { scheme: 'mqtts', ports: [8883] },
  { scheme: 'nats', ports: [4222] },
  { scheme: 'kafka', ports: [9092, 9094] },
  { scheme: 'smtp', ports: [25, 587, 1025] },
  { scheme: 'ldap', ports: [389, 1389] },
  { scheme: 'ssh', ports: [22, 2222] },
  { scheme: 'https', ports: [443, 4443, 8443, 9443, 8181] },
];

/** TCP ports on which something other than HTTP is usual and no address form is. */
const bare = new Set([53, 111, 2181, 4848, 7000, 9042, 9300, 11211]);

/** How to reach a published port: the connection string of its kind of server, else `http://` for TCP. */
export function addressOf(service: Service, port: PublishedPort): PortAddress {
  const authority = `${reachableHost(port.hostIp)}:${port.hostPort}`;
  if (port.protocol !== 'tcp') return { address: `${port.protocol}://${authority}`, browsable: false };
  const declared = declaredScheme(service, port);
  if (declared) return { address: `${declared}://${authority}`, browsable: true };
  const kind = kinds.find(({ ports }) => ports.includes(port.containerPort)) ?? kinds.find(({ image }) => image?.test(service.image ?? ''));
  if (kind) {
    const user = kind.user?.(service.environment ?? {});
    const path = kind.path?.(service.environment ?? {});
    const address = `${kind.scheme}://${user === undefined ? '' : `${encodeURIComponent(user)}@`}${authority}${path === undefined ? '' : `/${encodeURIComponent(path)}`}`;
    return { address, browsable: kind.scheme === 'https' };
  }
  if (bare.has(port.containerPort)) return { address: authority, browsable: false };
  return { address: `http://${authority}`, browsable: true };
}

/** The file may say it itself: `app_protocol` of the long port form. */
function declaredScheme(service: Service, port: PublishedPort): 'http' | 'https' | undefined {
  const declared = service.ports?.find(({ target, protocol = 'tcp' }) => target === port.containerPort && protocol === port.protocol)?.app_protocol;
  if (declared === 'https') return 'https';
  return declared === 'http' || declared === 'http2' ? 'http' : undefined;
}

/** Nobody can connect to "every interface": this machine's own address is meant. */
function reachableHost(hostIp: string): string {
  if (hostIp === '' || hostIp === '0.0.0.0') return '127.0.0.1';
  if (hostIp === '::') return '[::1]';
  return hostIp.includes(':') ? `[${hostIp}]` : hostIp;
}
