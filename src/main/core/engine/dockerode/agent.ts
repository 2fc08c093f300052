import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import { parseEndpointAddress, type EndpointAddress } from '../endpoint-address.ts';
import type { EngineEndpoint } from '../engine.ts';
import { ProcessStream } from './process-stream.ts';

/** Idle connections kept for the next call; a desktop engine needs few. */
const idleSockets = 8;

/** Connections to one daemon: kept alive between calls, as many as there are calls (streams can last for hours). */
export function createAgent(endpoint: EngineEndpoint): HttpAgent {
  const options = { keepAlive: true, maxFreeSockets: idleSockets };
  const address = parseEndpointAddress(endpoint.address);
  if (address.kind === 'ssh') return quiet(new SshAgent(address, options));
  if (!endpoint.tls) return quiet(new HttpAgent(options));
  const { ca, cert, key, verify } = endpoint.tls;
  return quiet(
    new HttpsAgent({ ...options, rejectUnauthorized: verify, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }),
  );
}

/** docker-modem prints every request's options, agent and open sockets included, even while debugging is off. */
function quiet(agent: HttpAgent): HttpAgent {
  Object.defineProperty(agent, inspect.custom, { value: () => 'Agent' });
  return agent;
}

type SshAddress = Extract<EndpointAddress, { kind: 'ssh' }>;

/**
 * Reaches a daemon as the docker command does: `ssh HOST docker system dial-stdio`. The person's own ssh settings,
 * known hosts, keys and jump hosts apply; ssh never asks, for there is nobody to answer.
 */
class SshAgent extends HttpAgent {
  private readonly address: SshAddress;

  constructor(address: SshAddress, options: ConstructorParameters<typeof HttpAgent>[0]) {
    super(options);
    this.address = address;
  }

  override createConnection(): Duplex {
    const { host, port, user, socket } = this.address;
    const login = [...(user === undefined ? [] : ['-l', user]), ...(port === undefined ? [] : ['-p', String(port)])];
    const place = socket === undefined ? [] : ['-H', `unix://${socket}`];
    const child = spawn(
      'ssh',
      [...login, '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=15', '--', host, 'docker', ...place, 'system', 'dial-stdio'],
      { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true },
    );
    return new ProcessStream(child);
  }
}
