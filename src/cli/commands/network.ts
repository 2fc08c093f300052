import { type Command, InvalidArgumentError } from 'commander';
import type { EnvironmentNetworks, Reachability } from '../../shared/models/network.ts';
import { type CommandContext, resolveTarget, type TargetOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { paint, table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { withTarget } from './target-options.ts';

/** `slipway network list | test`. */
export function addNetworkCommands(program: Command, run: Run): void {
  const network = program.command('network').description('the networks of an environment');

  withTarget(network.command('list', { isDefault: true }).alias('ls').description('show networks, subnets, addresses, and who reaches whom')).action(
    run(async (context, name: string | undefined, options: TargetOptions) => {
      const view = await context.core.networks.view(await resolveTarget(context, name, options), context);
      context.print(view, () => networksText(view));
    }),
  );

  network
    .command('test')
    .description('try names and TCP ports from inside a service; without FROM, every service’s dependencies. Exit code 1 when one fails')
    .argument('<env>', 'library name, directory or Compose file')
    .argument('[from]', 'service to try from')
    .argument('[to:port]', 'what to reach: db:5432, or any other name or address', parseTarget)
    .action(run((context, name: string, from: string | undefined, target: { host: string; port: number } | undefined) => test(context, name, from, target)));
}

async function test(
  context: CommandContext,
  name: string,
  from: string | undefined,
  target: { host: string; port: number } | undefined,
): Promise<number> {
  const { networks } = context.core;
  const record = await resolveTarget(context, name, {});
  const results =
    from !== undefined && target !== undefined ? [await networks.test(record, { from, ...target }, context)] : await networks.testDependencies(record, context);
  const shown = from !== undefined && target === undefined ? results.filter((result) => result.from === from) : results;
  context.print(shown, () => (shown.length === 0 ? 'Nothing to try: no running service depends on one that declares a TCP port.\n' : shown.map((result) => resultText(context, result)).join('')));
  return shown.every(({ reachable }) => reachable) ? exitCodes.ok : exitCodes.failed;
}

function resultText({ terminal }: CommandContext, { from, host, port, reachable, lookup, attempts, advice }: Reachability): string {
  const tried = attempts.map(({ address, milliseconds, failure }) => `${address} ${failure ?? `in ${milliseconds} ms`}`).join(', ');
  const name = lookup.failure === undefined ? tried : `name not found: ${lookup.failure}`;
  const mark = reachable ? paint(terminal, 'green', '✔') : paint(terminal, 'red', '✘');
  return `${mark} ${from} → ${host}:${port}  ${name}\n${advice === undefined ? '' : `  ${advice}\n`}`;
}

function networksText({ networks, services }: EnvironmentNetworks): string {
  const members = networks.flatMap(({ key, driver, subnets, internal, external, exists, members: all }) => {
    const kind = [driver, internal ? 'internal' : '', external ? 'external' : '', exists ? '' : 'not made yet'].filter(Boolean).join(', ');
    return all.map(({ service, address, aliases, running }) => [
      key,
      kind,
      subnets.join(', ') || '—',
      service,
      running ? (address ?? '—') : 'does not run',
      aliases.filter((alias) => alias !== service).join(', ') || '—',
    ]);
  });
  const reach = services.map(({ service, reaches, mode }) => [service, mode === undefined ? reaches.join(', ') || '—' : `${reaches.join(', ')} (network of ${mode})`]);
  return `${table(['NETWORK', 'DRIVER', 'SUBNET', 'SERVICE', 'ADDRESS', 'ALIASES'], members)}\n${table(['SERVICE', 'REACHES'], reach)}`;
}

function parseTarget(text: string): { host: string; port: number } {
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(portText);
  if (host === undefined || !(port >= 1 && port <= 65_535)) throw new InvalidArgumentError(`“${text}” is not NAME:PORT, such as db:5432.`);
  return { host, port };
}
