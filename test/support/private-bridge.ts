import { randomBytes, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './run.ts';

/** A network bridge of its own for one engine, in an address range that nothing else on this machine uses. */
export interface PrivateBridge {
  /** At most 15 characters, as the kernel wants. */
  readonly name: string;
  /** `10.N.0.0/16`: the bridge has the first /24, networks made later come out of the rest. */
  readonly pool: string;
}

/** Several test runs claim bridges at once: a claim that turns out to overlap another is given back and tried anew. */
export async function claimBridge(): Promise<PrivateBridge> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const second = randomInt(64, 255);
    const used = await secondOctetsInUse();
    if (used.filter((octet) => octet === second).length > 0) continue;
    const name = `slip${randomBytes(4).toString('hex')}`;
    await run('ip', ['link', 'add', 'name', name, 'type', 'bridge']);
    await run('ip', ['addr', 'add', `10.${second}.0.1/24`, 'dev', name]);
    await run('ip', ['link', 'set', name, 'up']);
    const claims = (await secondOctetsInUse()).filter((octet) => octet === second);
    if (claims.length === 1) return { name, pool: `10.${second}.0.0/16` };
    await run('ip', ['link', 'delete', name]);
  }
  throw new Error('No free 10.N.0.0/16 range was found for a private engine: `ip -4 addr` shows who uses them.');
}

/** Takes away the bridge, the bridges of networks that the engine made, and the firewall rules that name them. */
export async function releaseBridge(bridge: PrivateBridge, dataRoot: string): Promise<void> {
  const names = new Set([bridge.name, ...(await networkBridges(dataRoot)), ...(await devicesIn(bridge.pool))]);
  for (const link of await links()) {
    if (names.has(link)) await run('ip', ['link', 'delete', link]);
  }
  for (const table of ['filter', 'nat']) await deleteRules(table, names, bridge.pool);
}

/** Devices with an address in the range. A network whose making was cut short may be in no store. */
async function devicesIn(pool: string): Promise<string[]> {
  const lines = (await run('ip', ['-o', '-4', 'addr', 'show'])).split('\n').map((line) => line.split(/\s+/));
  return lines.filter((words) => words[3]?.startsWith(prefixOf(pool))).map((words) => words[1] ?? '');
}

function prefixOf(pool: string): string {
  return `${pool.split('.').slice(0, 2).join('.')}.`;
}

/** An engine leaves the bridges of its networks behind; its network store (a bolt file) knows their ids. */
async function networkBridges(dataRoot: string): Promise<string[]> {
  const store = await readFile(path.join(dataRoot, 'network', 'files', 'local-kv.db'), 'latin1').catch(() => '');
  return [...store.matchAll(/bridge\/([0-9a-f]{12})[0-9a-f]{52}\//g)].map((match) => `br-${match[1] ?? ''}`);
}

async function links(): Promise<string[]> {
  const text = await run('ip', ['-o', 'link', 'show', 'type', 'bridge']);
  return [...text.matchAll(/^\d+: ([^:@\s]+)/gm)].map((match) => match[1] ?? '');
}

async function secondOctetsInUse(): Promise<number[]> {
  const routes = await run('ip', ['-4', 'route', 'show']);
  const addresses = await run('ip', ['-o', '-4', 'addr', 'show']);
  const inUse = [...addresses.matchAll(/inet 10\.(\d+)\./g)].map((match) => Number(match[1]));
  const routed = [...routes.matchAll(/^10\.(\d+)\.\S+ (?!dev slip)/gm)].map((match) => Number(match[1]));
  return [...inUse, ...routed.filter((octet) => !inUse.includes(octet))];
}

async function deleteRules(table: string, bridges: ReadonlySet<string>, pool: string): Promise<void> {
  const rules = (await run('iptables-save', ['-t', table])).split('\n').filter((line) => line.startsWith('-A '));
  for (const rule of rules) {
    const words = rule.split(' ');
    if (!words.some((word) => bridges.has(word) || word.startsWith(prefixOf(pool)))) continue;
    // Another engine that starts right now may have emptied the chain already, which serves as well.
    await run('iptables', ['-w', '10', '-t', table, '-D', ...words.slice(1)]).catch(() => undefined);
  }
}
