import type { PortHolder } from '../../../../shared/models/port.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { HostAddress, HostListener } from '../host-ports.ts';
import { parseEndpoint } from './endpoint.ts';
import { runTool } from './run-tool.ts';

/** Asks `netstat` for the process and `tasklist` for its name. */
export async function findHolderOnWindows(address: HostAddress, options: Cancellable): Promise<PortHolder | undefined> {
  const pid = parseNetstat((await runTool('netstat', ['-ano', '-p', address.protocol], options)) ?? '', address);
  if (pid === undefined) return undefined;
  const names = parseTasklist((await runTool('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'], options)) ?? '');
  return { kind: 'process', name: names.get(pid) ?? `process ${pid}`, pid };
}

export async function listenersOnWindows(options: Cancellable): Promise<HostListener[]> {
  const [sockets, tasks] = await Promise.all([runTool('netstat', ['-ano'], options), runTool('tasklist', ['/FO', 'CSV', '/NH'], options)]);
  const names = parseTasklist(tasks ?? '');
  return listeningLines(sockets ?? '').flatMap(({ protocol, local, pid }) => {
    const endpoint = parseEndpoint(local);
    return endpoint ? [{ ...endpoint, protocol, holder: { kind: 'process', name: names.get(pid) ?? `process ${pid}`, pid } as const }] : [];
  });
}

/** The process that listens there, from `netstat -ano`. */
export function parseNetstat(text: string, { hostPort, protocol }: HostAddress): number | undefined {
  return listeningLines(text).find((line) => line.protocol === protocol && line.local.endsWith(`:${hostPort}`))?.pid;
}

/**
 * `netstat -ano`: protocol, local address, foreign address, state (TCP only), process. States are translated; a
 * listening socket is known by its foreign port 0 (`0.0.0.0:0`, `[::]:0`, `*:*` for UDP).
 */
function listeningLines(text: string): { protocol: 'tcp' | 'udp'; local: string; pid: number }[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', local = '', foreign = '', ...rest] = line.trim().split(/\s+/);
    const protocol = name.toLowerCase();
    const pid = Number(rest.at(-1));
    const listens = (protocol === 'tcp' || protocol === 'udp') && /:0$|^\*:\*$/.test(foreign) && Number.isInteger(pid);
    return listens ? [{ protocol, local, pid }] : [];
  });
}

/** `tasklist /FO CSV`: process id → program. */
export function parseTasklist(text: string): ReadonlyMap<number, string> {
  return new Map([...text.matchAll(/^"([^"]+)","(\d+)"/gm)].map(([, name = '', pid]) => [Number(pid), name] as const));
}
