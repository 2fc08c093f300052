import { readFile } from 'node:fs/promises';
import type { Cancellable } from '../../base/abort.ts';
import type { PortRange } from '../host-ports.ts';
import { runTool } from './run-tool.ts';

/** What IANA sets aside for ports that systems take by themselves; the default of macOS and Windows. */
const ianaDynamic: PortRange = { first: 49_152, last: 65_535 };

/** Ports that the operating system takes by itself or keeps; what can't be found out is IANA's range. */
export async function avoidedRanges(platform: NodeJS.Platform, { signal }: Cancellable): Promise<readonly PortRange[]> {
  if (platform === 'linux') return linuxRanges();
  if (platform === 'darwin') {
    const text = await runTool('sysctl', ['-n', 'net.inet.ip.portrange.first', 'net.inet.ip.portrange.last'], { signal });
    return [parseFirstLast(text ?? '') ?? ianaDynamic];
  }
  if (platform !== 'win32') return [ianaDynamic];
  const [excluded, dynamic] = await Promise.all([
    runTool('netsh', ['int', 'ipv4', 'show', 'excludedportrange', 'protocol=tcp'], { signal }),
    runTool('netsh', ['int', 'ipv4', 'show', 'dynamicport', 'tcp'], { signal }),
  ]);
  return [parseDynamicPort(dynamic ?? '') ?? ianaDynamic, ...parseExcludedRanges(excluded ?? '')];
}

async function linuxRanges(): Promise<PortRange[]> {
  const [local, reserved] = await Promise.all(
    ['ip_local_port_range', 'ip_local_reserved_ports'].map((name) => readFile(`/proc/sys/net/ipv4/${name}`, 'utf8').catch(() => '')),
  );
  return [parseFirstLast(local ?? '') ?? ianaDynamic, ...parsePortList(reserved ?? '')];
}

/** Two numbers with white space between them: `ip_local_port_range` of Linux, `sysctl -n` of macOS. */
export function parseFirstLast(text: string): PortRange | undefined {
  const [, first, last] = /^\s*(\d{1,5})\s+(\d{1,5})\s*$/.exec(text) ?? [];
  return first === undefined || last === undefined || Number(first) === 0 ? undefined : { first: Number(first), last: Number(last) };
}

/** `netsh int ipv4 show dynamicport tcp`: the first port and how many, each after a colon, whatever the language. */
export function parseDynamicPort(text: string): PortRange | undefined {
  const [first, size] = [...text.matchAll(/:\s*(\d{1,5})\s*$/gm)].map(([, number]) => Number(number));
  return first === undefined || size === undefined || size === 0 ? undefined : { first, last: first + size - 1 };
}

/** `8080,9148-9150`, as Linux writes its reserved ports. */
export function parsePortList(text: string): PortRange[] {
  return text
    .trim()
    .split(',')
    .flatMap((entry) => {
      const [first, last = first] = entry.split('-').map(Number);
      return first === undefined || last === undefined || first <= 0 || Number.isNaN(last) ? [] : [{ first, last }];
    });
}

/** The table of `netsh int ipv4 show excludedportrange`: two numbers a line, whatever the language. */
export function parseExcludedRanges(text: string): PortRange[] {
  return [...text.matchAll(/^\s*(\d{1,5})\s+(\d{1,5})\b/gm)].map(([, first, last]) => ({ first: Number(first), last: Number(last) }));
}
