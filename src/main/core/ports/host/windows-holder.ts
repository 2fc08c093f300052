import type { PortHolder } from '../../../../shared/models/port.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { HostAddress } from '../host-ports.ts';
import { runTool } from './run-tool.ts';

/** Asks `netstat` for the process and `tasklist` for its name. */
export async function findHolderOnWindows(address: HostAddress, options: Cancellable): Promise<PortHolder | undefined> {
  const pid = parseNetstat((await runTool('netstat', ['-ano', '-p', address.protocol], options)) ?? '', address);
  if (pid === undefined) return undefined;
  const task = await runTool('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'], options);
  return { kind: 'process', name: /^"([^"]+)"/m.exec(task ?? '')?.[1] ?? `process ${pid}`, pid };
}

/**
 * The process that listens, from `netstat -ano`: protocol, local address, foreign address, state (TCP only), process.
 * States are translated; a listening socket is known by its foreign port 0 (`0.0.0.0:0`, `[::]:0`, `*:*` for UDP).
 */
export function parseNetstat(text: string, { hostPort, protocol }: HostAddress): number | undefined {
  for (const line of text.split('\n')) {
    const [name = '', local = '', foreign = '', ...rest] = line.trim().split(/\s+/);
    if (name.toLowerCase() !== protocol || !local.endsWith(`:${hostPort}`)) continue;
    const pid = Number(rest.at(-1));
    if (/:0$|^\*:\*$/.test(foreign) && Number.isInteger(pid)) return pid;
  }
  return undefined;
}
