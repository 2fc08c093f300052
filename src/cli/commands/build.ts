import { type Command, Option } from 'commander';
import { defined } from '../../shared/defined.ts';
import { resolveServices, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import type { Run } from '../program.ts';
import { collect, withServices } from './target-options.ts';

interface BuildOptions extends TargetOptions {
  readonly buildArg?: readonly string[];
  readonly cache?: boolean;
  readonly pull?: boolean;
}

/** `slipway build | pull`: images only, without starting anything. */
export function addBuildCommands(program: Command, run: Run): void {
  withServices(program.command('build').description('build the images of the services that have a build section'))
    .option('--no-cache', 'run every step anew')
    .option('--pull', 'look for newer base images first')
    .option('--build-arg <name=value>', 'a build argument, over what the files say; may be repeated', collect)
    .action(
      run(async (context, name: string | undefined, words: string[], options: BuildOptions) => {
        const { record, services } = await resolveServices(context, [name, ...words], options);
        const args = Object.fromEntries((options.buildArg ?? []).map(readArgument));
        const building = { args, ...(options.cache === false ? { noCache: true } : {}), ...(options.pull ? { pull: true } : {}) };
        await followJob(context, context.core.stacks.build(record, { building, ...defined({ services }) }));
      }),
    );

  withServices(program.command('pull').description('pull the images of the services'))
    .addOption(new Option('--policy <policy>', 'which images to pull').choices(['always', 'missing']))
    .action(
      run(async (context, name: string | undefined, words: string[], options: TargetOptions & { policy?: 'always' | 'missing' }) => {
        const { record, services } = await resolveServices(context, [name, ...words], options);
        await followJob(context, context.core.stacks.pull(record, defined({ services, policy: options.policy })));
      }),
    );
}

/** `NAME=VALUE`, or `NAME` alone: its value is taken from the environment's variables. */
function readArgument(text: string): [string, string | null] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
}
