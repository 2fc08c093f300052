import type { Command } from 'commander';
import { checkReport } from '../../shared/models/check.ts';
import { resolveTarget, type TargetOptions } from '../context.ts';
import { followJob } from '../follow-job.ts';
import { table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { withTarget } from './target-options.ts';

/** `slipway env check`: ends with 1 when a check fails. */
export function addCheckCommand(env: Command, run: Run): void {
  withTarget(env.command('check').description('run the checks of the environment profile')).action(
    run(async (context, name: string | undefined, options: TargetOptions) => {
      const record = await resolveTarget(context, name, options);
      const report = checkReport.parse(await followJob(context, context.core.checks.run(record)));
      if (context.options.json) return;
      context.print(report, () =>
        table(
          ['CHECK', 'STATE', 'TRIES', 'TIME', 'WHAT'],
          report.results.map(({ name: check, state, attempts, durationMs = 0, subject }) => [
            check,
            state,
            String(attempts),
            `${(durationMs / 1000).toFixed(1)} s`,
            subject,
          ]),
        ),
      );
    }),
  );
}
