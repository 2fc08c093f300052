import type { Command } from 'commander';
import { defined } from '../../shared/defined.ts';
import { resolveServices, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import type { Run } from '../program.ts';
import { withServices } from './target-options.ts';

/** `slipway watch`: brings changed files into the services, as `develop.watch` says, until Ctrl-C. */
export function addWatchCommand(program: Command, run: Run): void {
  withServices(program.command('watch').description('start the services and bring changed files into them (develop.watch)'))
    .option('--no-up', "don't build and start the services first")
    .action(
      run(async (context, name: string | undefined, words: string[], options: TargetOptions & { up: boolean }) => {
        const { record, services } = await resolveServices(context, [name, ...words], options);
        await followJob(context, context.core.fileWatching.watch(record, { up: options.up, ...defined({ services }) }));
      }),
    );
}
