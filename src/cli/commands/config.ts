import type { Command } from 'commander';
import { resolveTarget, type TargetOptions } from '../context.ts';
import type { Run } from '../program.ts';
import { withTarget } from './target-options.ts';
export function addConfigCommand(program: Command, run: Run): void {
  withTarget(program.command('config').description('print the canonical project')).action(
    run(async (context, name: string | undefined, options: TargetOptions) => {
      const record = await resolveTarget(context, name, options);
      void record;
    }),
  );
}
