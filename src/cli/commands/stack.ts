import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { link } from '../../shared/models/environment.ts';
import type { ServiceView } from '../../shared/models/stack.ts';
import type { UpRequest } from '../../main/core/operations/stack-operations.ts';
import { resolveTarget, type CommandContext, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { formatAge, paint, table } from '../output/terminal.ts';
import { planText } from '../output/plan-text.ts';
import type { Run } from '../program.ts';
import { wholeNumber, withTarget } from './target-options.ts';

/** What the job that starts a stack results in. */
const linksResult = z.object({ links: z.array(link) });

interface UpOptions extends TargetOptions {
  readonly forceRecreate?: boolean;
  readonly removeOrphans?: boolean;
  readonly pull?: 'always' | 'missing' | 'never';
  readonly deps?: boolean;
  readonly scale?: Readonly<Record<string, number>>;
  readonly remapPorts?: boolean;
  readonly waitTimeout?: number;
}

/** `slipway plan | up | stop | start | restart | down | ps`. */
export function addStackCommands(program: Command, run: Run): void {
  withUpOptions(withTarget(program.command('plan').description('show what up would do, and why'))).action(
    run(async (context, name: string | undefined, options: UpOptions) => {
      const plan = await context.core.stacks.plan(await resolveTarget(context, name, options), 'up', upRequest(options), context);
      context.print(plan, () => planText(context.terminal, plan));
    }),
  );

  withUpOptions(withTarget(program.command('up').description('start everything and wait until it is ready')))
    .option('--plan <hash>', 'apply exactly the plan with this hash')
    .action(
      run(async (context, name: string | undefined, options: UpOptions & { plan?: string }) => {
        const record = await resolveTarget(context, name, options);
        const jobId = context.core.stacks.up(record, {
          ...upRequest(options),
          ...(options.plan === undefined ? {} : { planHash: options.plan }),
        });
        const { links } = linksResult.parse(await followJob(context, jobId));
        if (context.options.json) return;
        context.print(links, () => links.map(({ title, url }) => `${title}: ${paint(context.terminal, 'cyan', url)}\n`).join(''));
      }),
    );

  withTarget(program.command('stop').description('stop the services; containers and data stay'))
    .option('-t, --timeout <seconds>', 'grace period before a service is killed', wholeNumber)
    .action(
      run(async (context, name: string | undefined, options: TargetOptions & { timeout?: number }) => {
        const record = await resolveTarget(context, name, options);
        await followJob(context, context.core.stacks.stop(record, timeout(options)));
      }),
    );

  withTarget(program.command('restart').description('restart the services'))
    .option('-s, --service <name>', 'only this service')
    .option('-t, --timeout <seconds>', 'grace period before a service is killed', wholeNumber)
    .action(
      run(async (context, name: string | undefined, options: TargetOptions & { service?: string; timeout?: number }) => {
        const record = await resolveTarget(context, name, options);
        const services = options.service === undefined ? {} : { services: [options.service] };
        await followJob(context, context.core.stacks.restart(record, { ...services, ...timeout(options) }));
      }),
    );

  withTarget(program.command('down').description('remove containers and networks; data stays'))
    .option('-v, --volumes', 'remove the volumes too, after a safety snapshot')
    .option('--no-safety-snapshot', 'with --volumes: remove the data without keeping a snapshot of it')
    .option('--remove-orphans', 'remove containers of services that the files no longer name')
    .option('-t, --timeout <seconds>', 'grace period before a service is killed', wholeNumber)
    .action(
      run(
        async (
          context,
          name: string | undefined,
          options: TargetOptions & { volumes?: boolean; safetySnapshot: boolean; removeOrphans?: boolean; timeout?: number },
        ) => {
          const record = await resolveTarget(context, name, options);
          const jobId = context.core.stacks.down(record, {
            volumes: options.volumes ?? false,
            safetySnapshot: options.safetySnapshot,
            removeOrphans: options.removeOrphans ?? false,
            ...timeout(options),
          });
          await followJob(context, jobId);
        },
      ),
    );

  withTarget(program.command('ps').description('list the services and how they are')).action(
    run(async (context, name: string | undefined, options: TargetOptions) => {
      const view = await context.core.queries.view(await resolveTarget(context, name, options), context);
      context.print({ state: view.summary.state, services: view.services }, () => servicesText(context, view.services));
    }),
  );
}

function withUpOptions(command: Command): Command {
  return command
    .option('--force-recreate', 'recreate containers even when nothing changed')
    .option('--remove-orphans', 'remove containers of services that the files no longer name')
    .option('--no-deps', "don't start the services that the named ones depend on")
    .addOption(new Option('--pull <policy>', 'when to pull images').choices(['always', 'missing', 'never']))
    .option('--scale <service=n>', 'number of containers of a service; may be repeated', collectScale)
    .option('--remap-ports', 'where a host port is taken, use a free one near it and remember that')
    .option('--wait-timeout <seconds>', 'how long a service may take to be ready', wholeNumber);
}

function upRequest(options: UpOptions): UpRequest {
  return {
    forceRecreate: options.forceRecreate ?? false,
    removeOrphans: options.removeOrphans ?? false,
    remapConflicts: options.remapPorts ?? false,
    noDependencies: options.deps === false,
    ...(options.pull === undefined ? {} : { pull: options.pull }),
    ...(options.scale === undefined ? {} : { scale: options.scale }),
    ...(options.waitTimeout === undefined ? {} : { waitTimeoutSeconds: options.waitTimeout }),
  };
}

function collectScale(text: string, all: Record<string, number> | undefined): Record<string, number> {
  const [service, count] = text.split('=');
  if (!service || count === undefined) throw new InvalidArgumentError('It must be SERVICE=NUMBER.');
  return { ...all, [service]: wholeNumber(count) };
}

function timeout({ timeout: seconds }: { timeout?: number }): { timeoutSeconds?: number } {
  return seconds === undefined ? {} : { timeoutSeconds: seconds };
}

function servicesText({ terminal, core }: CommandContext, services: readonly ServiceView[]): string {
  const now = core.clock.now();
  return table(
    ['SERVICE', 'STATE', 'SINCE', 'IMAGE', 'DETAIL'],
    services.map((service) => {
      const startedAt = service.containers.find((container) => container.startedAt)?.startedAt;
      return [
        service.name,
        service.state,
        startedAt ? formatAge(new Date(startedAt), now) : '—',
        service.image,
        service.detail ? paint(terminal, 'dim', service.detail) : '',
      ];
    }),
  );
}
