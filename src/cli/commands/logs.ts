import type { Command } from 'commander';
import { resolveTarget, type TargetOptions } from '../context.ts';
import { paint, type Style } from '../output/terminal.ts';
import type { Run } from '../program.ts';
import { collect, wholeNumber, withTarget } from './target-options.ts';

interface LogsOptions extends TargetOptions {
  readonly follow?: boolean;
  readonly tail?: number;
  readonly service?: readonly string[];
  readonly timestamps?: boolean;
}

const serviceColors: readonly Style[] = ['cyan', 'yellow', 'green', 'blue', 'red'];
/** `slipway logs`: the services' own output, in the order it was written. */
export function addLogsCommand(program: Command, run: Run): void {
  withTarget(program.command('logs').description("show the services' output"))
    .option('-s, --service <name>', 'only this service; may be repeated', collect)
    .option('--follow', 'go on with new lines until Ctrl-C')
    .option('--tail <lines>', 'only the newest lines of each container', wholeNumber)
    .option('-t, --timestamps', 'with times')
    .action(
      run(async (context, name: string | undefined, options: LogsOptions) => {
        const record = await resolveTarget(context, name, options);
        const lines = context.core.terminals.logs(record, {
          follow: options.follow ?? false,
          signal: context.signal,
          ...(options.tail === undefined ? {} : { tail: options.tail }),
          ...(options.service === undefined ? {} : { services: options.service }),
        });
        const colors = new Map<string, Style>();
        for await (const line of lines) {
          if (context.options.json) {
            context.printEvent(line);
            continue;
          }
          const color = colors.get(line.service) ?? serviceColors[colors.size % serviceColors.length] ?? 'cyan';
          colors.set(line.service, color);
          const time = options.timestamps ? `${line.at} ` : '';
          context.terminal.out.write(`${paint(context.terminal, color, `${line.service} |`)} ${time}${line.text}\n`);
        }
      }),
    );
}
