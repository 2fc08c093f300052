import { readFile } from 'node:fs/promises';
import type { Cancellable } from '../../base/abort.ts';
import type { HostRoute, ReadHostRoutes } from '../host-routes.ts';
import { runTool } from './run-tool.ts';

/** The routing table of the machine that this process runs on. */
export function systemHostRoutes(platform: NodeJS.Platform = process.platform): ReadHostRoutes {
  if (platform === 'linux') return linuxRoutes;
  if (platform === 'darwin') return async (options) => parseNetstatRoutes((await runTool('netstat', ['-rn', '-f', 'inet'], options)) ?? '');
  if (platform === 'win32') return async (options) => parseWindowsRoutes((await runTool('route', ['print', '-4'], options)) ?? '');
  return () => Promise.resolve([]);
}

/** For an engine on another machine, whose routes can't be read from here. */
export const noHostRoutes: ReadHostRoutes = () => Promise.resolve([]);

async function linuxRoutes({ signal }: Cancellable): Promise<HostRoute[]> {
  const [ipv4, ipv6] = await Promise.all(['route', 'ipv6_route'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')));
  signal?.throwIfAborted();
  return [...parseLinuxRoutes(ipv4 ?? ''), ...parseLinuxIpv6Routes(ipv6 ?? '')];
}

/** `/proc/net/route`: device, destination, …, mask as the eighth field; addresses are little-endian hexadecimal. */
export function parseLinuxRoutes(text: string): HostRoute[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device = '', destination = '', , , , , , mask = ''] = line.trim().split(/\s+/);
      if (!/^[0-9A-F]{8}$/i.test(destination) || !/^[0-9A-F]{8}$/i.test(mask)) return [];
      const bytes = (destination.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16));
      return [{ subnet: `${bytes.join('.')}/${onesOf(Number.parseInt(mask, 16))}`, device }];
    });
}

/** `/proc/net/ipv6_route`: destination, prefix length in hexadecimal, …, device last. Single addresses are its own. */
export function parseLinuxIpv6Routes(text: string): HostRoute[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [destination = '', length = ''] = fields;
    const device = fields.at(-1) ?? '';
    const prefix = Number.parseInt(length, 16);
    // Link-local addresses are each link's own, and so are those for many receivers.
    if (!/^[0-9a-f]{32}$/.test(destination) || prefix === 128 || device === 'lo' || /^(fe80|ff)/.test(destination)) return [];
    return [{ subnet: `${(destination.match(/.{4}/g) ?? []).join(':')}/${prefix}`, device }];
  });
}

/** `netstat -rn -f inet` of macOS: `10.8/16`, `192.168.1`, `default`; the device is the fourth field. */
export function parseNetstatRoutes(text: string): HostRoute[] {
  return text.split('\n').flatMap((line) => {
    const [destination = '', , , device = ''] = line.trim().split(/\s+/);
    const [, address, length] = /^(\d+(?:\.\d+){0,3})(?:\/(\d+))?$/.exec(destination) ?? [];
    if (address === undefined || device === '') return [];
    const parts = address.split('.');
    const whole = [...parts, '0', '0', '0'].slice(0, 4).join('.');
    return [{ subnet: `${whole}/${length ?? parts.length * 8}`, device }];
  });
}

/** `route print -4` of Windows: destination, mask, gateway, interface, metric; headings are translated, numbers not. */
export function parseWindowsRoutes(text: string): HostRoute[] {
  return [...text.matchAll(/^\s*(\d+\.\d+\.\d+\.\d+)\s+(\d+\.\d+\.\d+\.\d+)\s+\S.*?\s(\d+\.\d+\.\d+\.\d+)\s+\d+\s*$/gm)].map(
    ([, destination = '', mask = '', device = '']) => {
      const bits = mask.split('.').reduce((value, part) => value * 256 + Number(part), 0);
      return { subnet: `${destination}/${onesOf(bits)}`, device };
    },
  );
}

function onesOf(mask: number): number {
  return mask.toString(2).replaceAll('0', '').length;
}
