import type { Command } from 'commander';
import { resolveTarget, type TargetOptions } from '../context.ts';
import { table } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { withTarget } from './target-options.ts';

/** `slipway ports`: host addresses of an environment, or with --all of the whole library. */
export function addPortsCommand(program: Command, run: Run): void {
  withTarget(program.command('ports').description('show which host ports lead where, and who holds them'))
    .option('-a, --all', 'of every environment in the library')
    .action(
      run(async (context, name: string | undefined, options: TargetOptions & { all?: boolean }) => {
        const records = options.all ? context.core.library.list() : [await resolveTarget(context, name, options)];
        const rows = await context.core.ports.rows(records, context);
        context.print(rows, () =>
          table(
            ['ENVIRONMENT', 'HOST', 'SERVICE', 'STATE', 'HOLDER', 'ADDRESS'],
            rows.map((row) => [
              row.environmentName ?? '—',
              `${row.hostIp}:${row.hostPort ?? '?'}/${row.protocol}`,
              `${row.service}:${row.containerPort}`,
              row.state,
              row.holder?.name ?? '—',
              row.address ?? '—',
            ]),
          ),
        );
      }),
    );
}
