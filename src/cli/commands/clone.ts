import type { Command } from 'commander';
import { defined } from '../../shared/defined.ts';
import type { EnvironmentRecord } from '../../shared/models/environment.ts';
import { type CommandContext, resolveTarget, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import type { Run } from '../program.ts';
import { snapshotSource } from './snapshot-source.ts';
import { withTarget } from './target-options.ts';

interface CloneOptions extends TargetOptions {
  readonly name?: string;
  readonly force?: boolean;
}

const nameOption = ['--name <name>', 'name in the library (default: the environment’s, with -clone)'] as const;
const forceOption = ['--force', 'also where a database server can’t read the data'] as const;

/** `slipway env clone`: with the data of now. */
export function addEnvCloneCommand(env: Command, run: Run): void {
  withTarget(env.command('clone').description('copy an environment with its data; both can run side by side'))
    .option(...nameOption)
    .option(...forceOption)
    .action(
      run(async (context, name: string | undefined, options: CloneOptions) => {
        await clone(context, await resolveTarget(context, name, options), options);
      }),
    );
}

/** `slipway snapshot clone`: with a snapshot's data. */
export function addSnapshotCloneCommand(snapshot: Command, run: Run): void {
  withTarget(snapshot.command('clone <snapshot>').description('make a new environment with a snapshot’s data'))
    .option(...nameOption)
    .option(...forceOption)
    .action(
      run(async (context, id: string, name: string | undefined, options: CloneOptions) => {
        await clone(context, await snapshotSource(context, id, name, options), options, id);
      }),
    );
}

async function clone(context: CommandContext, source: EnvironmentRecord, { name, force }: CloneOptions, snapshotId?: string): Promise<void> {
  const request = defined({ name, force, snapshotId });
  const made = await followJob(context, context.core.clones.clone(source, request));
  if (context.options.json) return;
  context.print(made, () => `Cloned as ${String(made['name'])}. Start it with: slipway up ${String(made['name'])}\n`);
}
