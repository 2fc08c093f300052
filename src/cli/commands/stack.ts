import { type Command, Option } from 'commander';
import { defined } from '../../shared/defined.ts';
import type { ServiceView } from '../../shared/models/stack.ts';
import { resolveServices, resolveTarget, type CommandContext, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { formatAge, paint, table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { collect, wholeNumber, withServices, withTarget } from './target-options.ts';

interface StopOptions extends TargetOptions {
  readonly timeout?: number;
}

interface StartOptions extends TargetOptions {
  readonly wait: boolean;
  readonly waitTimeout?: number;
}

interface DownOptions extends StopOptions {
  readonly volumes?: boolean;
  readonly safetySnapshot: boolean;
  readonly removeOrphans?: boolean;
  readonly rmi?: 'local' | 'all';
}

/** `slipway start | stop | restart | down | ps`. */
export function addStackCommands(program: Command, run: Run): void {
  withServices(program.command('start').description('start services that are stopped, and wait until they are ready'))
    .option('--no-wait', 'end as soon as they are started')
    .option('--wait-timeout <seconds>', 'how long a service may take to be ready', wholeNumber)
    .action(
      run(async (context, name: string | undefined, words: string[], options: StartOptions) => {
        const { record, services } = await resolveServices(context, [name, ...words], options);
        const request = { wait: options.wait, ...defined({ services, waitTimeoutSeconds: options.waitTimeout }) };
        await followJob(context, context.core.stacks.start(record, request));
      }),
    );

  withTimeout(withServices(program.command('stop').description('stop the services; containers and data stay'))).action(
    run(async (context, name: string | undefined, words: string[], options: StopOptions) => {
      const { record, services } = await resolveServices(context, [name, ...words], options);
      await followJob(context, context.core.stacks.stop(record, defined({ services, timeoutSeconds: options.timeout })));
    }),
  );

  withTimeout(withServices(program.command('restart').description('restart the services')))
    .option('-s, --service <name>', 'only this service; may be repeated', collect)
    .action(
      run(async (context, name: string | undefined, words: string[], options: StopOptions & { service?: readonly string[] }) => {
        const target = await resolveServices(context, [name, ...words], options);
        const named = [...(target.services ?? []), ...(options.service ?? [])];
        const services = named.length > 0 ? named : undefined;
        await followJob(context, context.core.stacks.restart(target.record, defined({ services, timeoutSeconds: options.timeout })));
      }),
    );

  withTimeout(withServices(program.command('down').description('remove containers and networks; data stays')))
    .option('-v, --volumes', 'remove the volumes too, after a safety snapshot')
    .option('--no-safety-snapshot', 'with --volumes: remove the data without keeping a snapshot of it')
    .option('--remove-orphans', 'remove containers of services that the files no longer name')
    .addOption(new Option('--rmi <which>', 'remove images too; local: only those without a name of their own').choices(['local', 'all']))
    .action(
      run(async (context, name: string | undefined, words: string[], options: DownOptions) => {
        const { record, services } = await resolveServices(context, [name, ...words], options);
        const jobId = context.core.stacks.down(record, {
          volumes: options.volumes ?? false,
          safetySnapshot: options.safetySnapshot,
          removeOrphans: options.removeOrphans ?? false,
          ...defined({ services, images: options.rmi, timeoutSeconds: options.timeout }),
        });
        await followJob(context, jobId);
      }),
    );

  withTarget(program.command('ps').description('list the services and how they are')).action(
    run(async (context, name: string | undefined, options: TargetOptions) => {
      const view = await context.core.queries.view(await resolveTarget(context, name, options), context);
      context.print({ state: view.summary.state, services: view.services }, () => servicesText(context, view.services));
    }),
  );
}

function withTimeout(command: Command): Command {
  return command.option('-t, --timeout <seconds>', 'grace period before a service is killed', wholeNumber);
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
