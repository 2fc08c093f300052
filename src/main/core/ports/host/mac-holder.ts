import type { PortHolder } from '../../../../shared/models/port.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { HostAddress } from '../host-ports.ts';
import { runTool } from './run-tool.ts';

/** Asks `lsof`, which every macOS has. */
export async function findHolderOnMac({ hostPort, protocol }: HostAddress, options: Cancellable): Promise<PortHolder | undefined> {
  const listening = protocol === 'tcp' ? ['-sTCP:LISTEN'] : [];
  const text = await runTool('lsof', ['-nP', `-i${protocol.toUpperCase()}:${hostPort}`, ...listening, '-FpcL'], options);
  return parseLsof(text ?? '');
}

/** Fields of `lsof -F pcL`, one a line: process id, command, login name. */
export function parseLsof(text: string): PortHolder | undefined {
  const field = (letter: string): string | undefined => text.split('\n').find((line) => line.startsWith(letter))?.slice(1);
  const pid = Number(field('p'));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const user = field('L');
  return { kind: 'process', name: field('c') ?? `process ${pid}`, pid, ...(user === undefined ? {} : { user }) };
}
