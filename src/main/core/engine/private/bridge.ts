import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Places } from './places.ts';
import type { RunTool } from './run-tool.ts';

/** Ranges 10.N.0.0/16 that the engine chooses from; home routers and VPNs favour the lower ones. */
const firstOctet = 96;
const lastOctet = 223;

const saved = z.object({ octet: z.number().int().min(0).max(255) });

export interface AddressPool {
  /** `10.N.0.0/16`: the first /24 is the default bridge's, networks made later come out of the rest. */
  readonly base: string;
}

/**
 * Makes the engine's own bridge, so that it never touches another engine's docker0, in an address range that no route of
 * this machine uses. The range is kept between runs, for the engine's networks remember their addresses.
 */
export async function prepareBridge(places: Places, run: RunTool, options: Cancellable): Promise<AddressPool> {
  await removeLink(places.bridge, run, options);
  const used = await octetsInUse(run, options);
  const before = await readSaved(places.networkFile);
  const octet = before !== undefined && !used.has(before) ? before : chooseOctet(used);
  await writeFile(places.networkFile, JSON.stringify({ octet }));
  await run('ip', ['link', 'add', 'name', places.bridge, 'type', 'bridge'], options);
  await run('ip', ['addr', 'add', `10.${String(octet)}.0.1/24`, 'dev', places.bridge], options);
  await run('ip', ['link', 'set', places.bridge, 'up'], options);
  return { base: `10.${String(octet)}.0.0/16` };
}

/** Takes away the engine's bridge, those of its networks, and the firewall rules that name them. */
export async function releaseBridges(places: Places, networkIds: readonly string[], run: RunTool, options: Cancellable): Promise<void> {
  const bridges = new Set([places.bridge, ...networkIds.map((id) => `br-${id.slice(0, 12)}`)]);
  const octet = await readSaved(places.networkFile);
  const prefix = octet === undefined ? undefined : `10.${String(octet)}.`;
  for (const table of ['filter', 'nat']) await deleteRules(table, bridges, prefix, run, options);
  for (const bridge of bridges) await removeLink(bridge, run, options);
}

async function removeLink(name: string, run: RunTool, options: Cancellable): Promise<void> {
  const links = await run('ip', ['-o', 'link', 'show', 'type', 'bridge'], options);
  const known = links.split('\n').some((line) => line.split(': ')[1] === name);
  if (known) await run('ip', ['link', 'delete', name], options);
}

async function deleteRules(table: string, bridges: ReadonlySet<string>, prefix: string | undefined, run: RunTool, options: Cancellable): Promise<void> {
  const ours = (word: string): boolean => bridges.has(word) || (prefix !== undefined && word.startsWith(prefix));
  const rules = (await run('iptables-save', ['-t', table], options)).split('\n').filter((line) => line.startsWith('-A '));
  for (const rule of rules) {
    const words = rule.split(' ');
    if (!words.some(ours)) continue;
    // Another engine may rewrite the chains at the same moment; a rule that is gone is what we want.
    await run('iptables', ['-w', '10', '-t', table, '-D', ...words.slice(1)], options).catch(() => undefined);
  }
}

/** Second octets of all 10.x addresses and routes; a route to all of 10/8 leaves none free. */
async function octetsInUse(run: RunTool, options: Cancellable): Promise<Set<number>> {
  const text = (await run('ip', ['-4', 'route', 'show'], options)) + (await run('ip', ['-o', '-4', 'addr', 'show'], options));
  const used = [...text.matchAll(/\b10\.(\d{1,3})\.\d{1,3}\.\d{1,3}/g)].map((match) => Number(match[1]));
  return new Set(used);
}

function chooseOctet(used: ReadonlySet<number>): number {
  const free = Array.from({ length: lastOctet - firstOctet + 1 }, (_, index) => firstOctet + index).filter((octet) => !used.has(octet));
  const chosen = free[Math.floor(Math.random() * free.length)];
  if (chosen !== undefined) return chosen;
  throw new Fault({
    code: 'network.conflict',
    message: 'No address range is free for Slipway\'s own engine.',
    hint: 'All of 10.96.0.0 to 10.223.255.255 is routed on this machine; disconnect a VPN, or use another engine.',
  });
}

async function readSaved(file: string): Promise<number | undefined> {
  try {
    return saved.parse(JSON.parse(await readFile(file, 'utf8'))).octet;
  } catch {
    // First run, or damaged: another range is chosen.
    return undefined;
  }
}
