import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { PortEdit, PortRow } from '../../shared/models/port.ts';
import { raisePortConflicts } from '../../main/core/ports/conflicts.ts';
import { type CommandContext, resolveTarget, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { portsText, proxyText } from '../output/ports-text.ts';
import { table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { wholeNumber, withTarget } from './target-options.ts';

interface PortsOptions extends TargetOptions {
  readonly all?: boolean;
  readonly watch?: boolean;
}

/** `slipway ports [ENV] | check | set | unset | diff`. */
export function addPortsCommand(program: Command, run: Run): void {
  const ports = withTarget(program.command('ports').description('show which host ports lead where, who holds them, and whether they answer'))
    .option('-a, --all', 'of the whole machine: every environment, other containers, and programs outside any')
    .option('-w, --watch', 'show them again after each change, until Ctrl-C')
    .action(run((context, name: string | undefined, options: PortsOptions) => (options.watch ? watch(context, name, options) : show(context, name, options))));

  withTarget(ports.command('check').description('test every port before a start; exit code 5 when one is taken')).action(
    run(async (context, name: string | undefined, options: TargetOptions) => {
      const record = await resolveTarget(context, name, options);
      raisePortConflicts(await context.core.portEdits.check(record, context));
      context.print({ environment: record.name, conflicts: [] }, () => `${record.name} can have all its ports.\n`);
    }),
  );

  ports
    .command('set')
    .description('publish ports elsewhere for this environment; its Compose files stay as they are')
    .argument('<env>', 'library name, directory or Compose file')
    .argument('<service:port=host...>', 'web:80=8081, web:80=0.0.0.0:8081, dns:53/udp=[::1]:5353, or web:80=none to leave it out', parseSettings)
    .action(run((context, name: string, edits: readonly PortEdit[]) => edit(context, name, edits)));

  ports
    .command('unset')
    .description('publish ports as the Compose files say again')
    .argument('<env>', 'library name, directory or Compose file')
    .argument('<service:port...>', 'web:80, dns:53/udp', parseResets)
    .action(run((context, name: string, edits: readonly PortEdit[]) => edit(context, name, edits)));

  ports
    .command('proxy')
    .description('give running web pages stable names, service.environment.localhost, until Ctrl-C')
    .option('--port <port>', 'port of this machine for all of them (default: as in the settings)', wholeNumber)
    .option('--tls', 'speak TLS there, too, with certificates of an authority made on this machine')
    .action(run((context, options: { port?: number; tls?: boolean }) => proxy(context, options)));

  withTarget(ports.command('diff').description('show how the ports differ from the files, as a Compose override file'))
    .option('-o, --output <file>', 'save it there instead of printing it')
    .option('--replace', 'with --output: replace a file that is there')
    .action(run((context, name: string | undefined, options: TargetOptions & { output?: string; replace?: boolean }) => difference(context, name, options)));
}

async function show(context: CommandContext, name: string | undefined, options: PortsOptions): Promise<void> {
  const rows = options.all ? await context.core.ports.machine(context) : await context.core.ports.rows([await resolveTarget(context, name, options)], context);
  context.print(rows, () => portsText(rows));
}

async function watch(context: CommandContext, name: string | undefined, options: PortsOptions): Promise<void> {
  const { core, signal, terminal } = context;
  const record = options.all ? undefined : await resolveTarget(context, name, options);
  await core.connection.get(context);
  const records = () => (record ? [core.library.list().find(({ id }) => id === record.id) ?? record] : core.library.list());
  const print = (rows: readonly PortRow[]): void => {
    if (context.options.json) context.printEvent(rows);
    else terminal.out.write(`${terminal.interactive ? '\u001b[H\u001b[2J' : ''}${portsText(rows)}${terminal.interactive ? '' : '\n'}`);
  };
  for await (const rows of core.portFeed.watch(records, { signal, machine: options.all ?? false, strict: true })) print(rows);
  signal.throwIfAborted();
}

async function edit(context: CommandContext, name: string, edits: readonly PortEdit[]): Promise<void> {
  const record = await resolveTarget(context, name, {});
  const changed = await context.core.portEdits.edit(record, edits, context);
  if (changed.jobId !== undefined) await followJob(context, changed.jobId);
  const services = new Set(edits.map(({ service }) => service));
  const rows = (await context.core.ports.rows([changed.record], context)).filter(({ service }) => service !== undefined && services.has(service));
  context.print(rows, () => portsText(rows));
}

async function difference(context: CommandContext, name: string | undefined, options: TargetOptions & { output?: string; replace?: boolean }): Promise<void> {
  const { core, workingDirectory } = context;
  const record = await resolveTarget(context, name, options);
  if (options.output !== undefined) {
    const file = await core.portEdits.saveOverride(record, { ...context, file: path.resolve(workingDirectory, options.output), replace: options.replace ?? false });
    context.print({ file }, () => `Saved ${file}.\n`);
    return;
  }
  const found = await core.portEdits.difference(record, context);
  context.print(found, () =>
    found.changes.length === 0
      ? `The ports of ${record.name} are as its files say.\n`
      : `${table(
          ['SERVICE', 'FILES SAY', 'IN USE'],
          found.changes.map(({ service, containerPort, protocol, before, after }) => [`${service}:${containerPort}/${protocol}`, before ?? '—', after ?? '—']),
        )}\n${found.override}`,
  );
}

/** Serves until Ctrl-C; prints the names at first and whenever they change. */
async function proxy(context: CommandContext, options: { port?: number; tls?: boolean }): Promise<void> {
  const { core, signal } = context;
  const { localProxyPort, localProxyTls } = core.settings.get();
  await core.connection.get(context);
  const ended = new AbortController();
  const serving = core.localProxy
    .run({ port: options.port ?? localProxyPort, tls: options.tls ?? localProxyTls }, { signal })
    .finally(() => ended.abort());
  for await (const status of core.localProxy.status.watch({ signal: AbortSignal.any([signal, ended.signal]) })) {
    if (status.state !== 'on') continue;
    if (context.options.json) context.printEvent(status);
    else context.terminal.out.write(proxyText(status));
  }
  await serving;
}

const target = /^([^:=]+):(\d+)(?:\/(tcp|udp|sctp))?$/;

function parseTarget(text: string): Pick<PortEdit, 'service' | 'containerPort' | 'protocol'> {
  const [, service, port, protocol = 'tcp'] = target.exec(text) ?? [];
  if (service === undefined) throw new InvalidArgumentError(`“${text}” is not SERVICE:PORT, such as web:80 or dns:53/udp.`);
  return { service, containerPort: Number(port), protocol: protocol as PortEdit['protocol'] };
}

function parseSettings(text: string, before: readonly PortEdit[] = []): readonly PortEdit[] {
  const at = text.indexOf('=');
  const edited = parseTarget(at < 0 ? text : text.slice(0, at));
  const host = at < 0 ? '' : text.slice(at + 1);
  if (host === 'none') return [...before, { ...edited, action: 'remove' }];
  if (/^[0-9a-f]*:[0-9a-f:]*:/i.test(host)) throw new InvalidArgumentError(`“${text}” has an IPv6 address: write it in brackets, such as [::1]:8080.`);
  if (/\d-\d+$/.test(host)) throw new InvalidArgumentError(`“${text}” names a range of host ports. Name each port by itself: web:80=8080 web:81=8081.`);
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]:|([^:]+):)?(\d+)$/.exec(host) ?? [];
  if (port === undefined) throw new InvalidArgumentError(`“${text}” names no host port. Write SERVICE:PORT=[ADDRESS:]PORT, or =none.`);
  const hostIp = bracketed ?? plain;
  return [...before, { ...edited, action: 'publish', hostPort: Number(port), ...(hostIp === undefined ? {} : { hostIp }) }];
}

function parseResets(text: string, before: readonly PortEdit[] = []): readonly PortEdit[] {
  return [...before, { ...parseTarget(text), action: 'reset' }];
}
