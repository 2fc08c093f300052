import type { PortHolder } from '../../../../shared/models/port.ts';
import type { Cancellable } from '../../base/abort.ts';
import type { HostAddress, HostListener } from '../host-ports.ts';
import { parseEndpoint } from './endpoint.ts';
import { runTool } from './run-tool.ts';

/** Asks `lsof`, which every macOS has. */
export async function findHolderOnMac({ hostPort, protocol }: HostAddress, options: Cancellable): Promise<PortHolder | undefined> {
  const listening = protocol === 'tcp' ? ['-sTCP:LISTEN'] : [];
  const text = await runTool('lsof', ['-nP', `-i${protocol.toUpperCase()}:${hostPort}`, ...listening, '-FpcL'], options);
  return parseLsof(text ?? '');
}

export async function listenersOnMac(options: Cancellable): Promise<HostListener[]> {
  return parseLsofListeners((await runTool('lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-iUDP', '-FpcLPn'], options)) ?? '');
}

/** Fields of `lsof -F pcL`, one a line: process id, command, login name. */
export function parseLsof(text: string): PortHolder | undefined {
  const field = (letter: string): string | undefined => text.split('\n').find((line) => line.startsWith(letter))?.slice(1);
  const pid = Number(field('p'));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const user = field('L');
  return { kind: 'process', name: field('c') ?? `process ${pid}`, pid, ...(user === undefined ? {} : { user }) };
}

/** `lsof -F pcLPn`: the fields of a process, then for each of its sockets the protocol and the address. */
export function parseLsofListeners(text: string): HostListener[] {
  const listeners: HostListener[] = [];
  let fields: Partial<Record<string, string>> = {};
  for (const line of text.split('\n')) {
    const letter = line.slice(0, 1);
    const value = line.slice(1);
    fields = letter === 'p' ? { p: value } : { ...fields, [letter]: value };
    const protocol = fields['P']?.toLowerCase();
    const endpoint = letter === 'n' && !value.includes('->') ? parseEndpoint(value) : undefined;
    const pid = Number(fields['p']);
    if (!endpoint || (protocol !== 'tcp' && protocol !== 'udp') || !Number.isInteger(pid)) continue;
    const user = fields['L'];
    listeners.push({ ...endpoint, protocol, holder: { kind: 'process', name: fields['c'] ?? `process ${pid}`, pid, ...(user === undefined ? {} : { user }) } });
  }
  return listeners;
}
