import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { defined } from '../../shared/defined.ts';
import type { DownloadPlan } from '../../shared/models/download.ts';
import { type EnvironmentRecord, link } from '../../shared/models/environment.ts';
import type { Plan } from '../../shared/models/plan.ts';
import { withTimeout } from '../../main/core/base/abort.ts';
import type { UpRequest } from '../../main/core/operations/stacks/stack-operations.ts';
import { type CommandContext, resolveServices, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { paint } from '../output/terminal.ts';
import { planText } from '../output/plan-text.ts';
import type { Run } from '../program.ts';
import { wholeNumber, withServices } from './target-options.ts';

/** What the job that starts a stack results in. */
const linksResult = z.object({ links: z.array(link) });

/** Showing a plan waits no longer for registries to tell sizes, in milliseconds. */
const estimateMs = 8_000;

interface UpOptions extends TargetOptions {
  readonly alwaysRecreateDeps?: boolean;
  /** `--build` and `--no-build`; absent: what is missing is built. */
  readonly build?: boolean;
  readonly check?: boolean;
  readonly deps?: boolean;
  readonly forceRecreate?: boolean;
  readonly plan?: string;
  readonly pull?: 'always' | 'missing' | 'never';
  readonly recreate?: boolean;
  readonly remapPorts?: boolean;
  readonly removeOrphans?: boolean;
  readonly renewAnonVolumes?: boolean;
  readonly scale?: Readonly<Record<string, number>>;
  readonly start?: boolean;
  readonly timeout?: number;
  readonly wait?: boolean;
  readonly waitTimeout?: number;
}

/** `slipway plan | up`. */
export function addUpCommands(program: Command, run: Run): void {
  withUpOptions(program.command('plan').description('show what up would do, and why')).action(
    run(async (context, name: string | undefined, words: string[], options: UpOptions) => {
      const { record, services } = await resolveServices(context, [name, ...words], options);
      const plan = await context.core.stacks.plan(record, 'up', upRequest(options, services), context);
      const download = await downloadOf(context, record, plan, options.pull === 'always');
      context.print({ ...plan, ...defined({ download }) }, () => planText(context.terminal, plan, download));
    }),
  );

  withUpOptions(program.command('up').description('start everything, or some services, and wait until it is ready'))
    .option('-w, --watch', 'then bring changed files into the services, until Ctrl-C')
    .option('--plan <hash>', 'apply exactly the plan with this hash')
    .option('--no-check', 'leave out the checks of the environment profile')
    .action(
      run(async (context, name: string | undefined, words: string[], options: UpOptions & { watch?: boolean }) => {
        const { record, services } = await resolveServices(context, [name, ...words], options);
        printLinks(context, await followJob(context, context.core.stacks.up(record, upRequest(options, services))));
        if (options.watch) await followJob(context, context.core.fileWatching.watch(record, { up: false, ...defined({ services }) }));
      }),
    );
}

/** The addresses to open, unless the events have told them already. */
export function printLinks(context: CommandContext, result: Record<string, unknown>): void {
  if (context.options.json) return;
  const { links } = linksResult.parse(result);
  context.print(links, () => links.map(({ title, url }) => `${title}: ${paint(context.terminal, 'cyan', url)}\n`).join(''));
}

function withUpOptions(command: Command): Command {
  return withServices(command)
    .option('--build', 'build images even when the engine has them')
    .option('--no-build', "don't build missing images")
    .addOption(new Option('--pull <policy>', 'when to pull images').choices(['always', 'missing', 'never']))
    .option('--force-recreate', 'recreate containers even when nothing changed')
    .option('--no-recreate', 'keep containers even when their configuration changed')
    .option('--always-recreate-deps', 'recreate what the named services depend on, too')
    .option('-V, --renew-anon-volumes', 'recreated containers start with new anonymous volumes')
    .option('--remove-orphans', 'remove containers of services that the files no longer name')
    .option('--no-deps', "don't start the services that the named ones depend on")
    .option('--no-start', 'make everything, but start nothing')
    .option('--scale <service=n>', 'number of containers of a service; may be repeated', collectScale)
    .option('-t, --timeout <seconds>', 'grace period before a container that is replaced is killed', wholeNumber)
    .option('--wait', 'wait until everything is ready (the default)')
    .option('--no-wait', 'end as soon as everything is started')
    .option('--wait-timeout <seconds>', 'how long a service may take to be ready', wholeNumber)
    .option('-d, --detach', 'for scripts that say so: up always leaves the services running')
    .option('--remap-ports', 'where a host port is taken, use a free one near it and remember that');
}

/** What the words of the command line ask for. Raises wrong usage for options that contradict each other. */
function upRequest(options: UpOptions, services: readonly string[] | undefined): UpRequest {
  return {
    forceRecreate: options.forceRecreate ?? false,
    noRecreate: options.recreate === false,
    recreateDependencies: options.alwaysRecreateDeps ?? false,
    renewAnonymousVolumes: options.renewAnonVolumes ?? false,
    removeOrphans: options.removeOrphans ?? false,
    remapConflicts: options.remapPorts ?? false,
    noDependencies: options.deps === false,
    noStart: options.start === false,
    wait: options.wait ?? true,
    checks: options.check ?? true,
    ...defined({
      build: options.build === undefined ? undefined : options.build ? ('always' as const) : ('never' as const),
      planHash: options.plan,
      pull: options.pull,
      scale: options.scale,
      services,
      timeoutSeconds: options.timeout,
      waitTimeoutSeconds: options.waitTimeout,
    }),
  };
}

function collectScale(text: string, all: Record<string, number> | undefined): Record<string, number> {
  const [service, count] = text.split('=');
  if (!service || count === undefined) throw new InvalidArgumentError('It must be SERVICE=NUMBER.');
  return { ...all, [service]: wholeNumber(count) };
}

/** How much the plan's pulls will download; undefined without pulls, or where the registries take too long to tell. */
async function downloadOf({ core, signal }: CommandContext, record: EnvironmentRecord, { steps }: Plan, all: boolean): Promise<DownloadPlan | undefined> {
  if (!steps.some(({ action }) => action === 'pull-image')) return undefined;
  const timed = withTimeout(signal, estimateMs);
  return core.downloads.estimate(record, { missing: !all, signal: timed }).catch((error: unknown) => {
    if (timed.aborted && !signal.aborted) return undefined;
    throw error;
  });
}
