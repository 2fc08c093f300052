import type { Command } from 'commander';
import { resolveTarget, type CommandContext, type TargetOptions } from '../context.ts';
import type { ExecSession } from '../../main/core/engine/containers.ts';
import type { Run } from '../program.ts';
import { collect } from './target-options.ts';

interface ExecOptions extends TargetOptions {
  readonly user?: string;
  readonly workdir?: string;
  readonly index?: string;
  readonly tty: boolean;
}

/** `slipway exec SERVICE COMMAND…`: ends with the command's own exit code. */
export function addExecCommand(program: Command, run: Run): void {
  program
    .command('exec <env> <service> <command...>')
    .description('run a command in a running service (ENV may be `.` for this directory)')
    .option('-f, --file <file>', 'Compose file; may be repeated', collect)
    .option('-p, --project-name <name>', 'project name instead of the one the files give')
    .option('-u, --user <user>', 'user to run as')
    .option('-w, --workdir <directory>', 'working directory inside the container')
    .option('--index <number>', 'which container of the service', '1')
    .option('-T, --no-tty', 'no terminal, even where there is one')
    .passThroughOptions()
    .action(
      run(async (context, name: string, service: string, command: string[], options: ExecOptions) => {
        const record = await resolveTarget(context, name, options);
        const tty = options.tty && process.stdin.isTTY && process.stdout.isTTY;
        const session = await context.core.terminals.exec(
          record,
          {
            service,
            index: Number(options.index ?? '1'),
            command,
            tty,
            ...(options.user === undefined ? {} : { user: options.user }),
            ...(options.workdir === undefined ? {} : { workingDirectory: options.workdir }),
          },
          context,
        );
        return attach(context, session, tty);
      }),
    );
}

async function attach({ terminal }: CommandContext, session: ExecSession, tty: boolean): Promise<number> {
  const { stdin, stdout } = process;
  const resize = (): void => {
    void session.resize(stdout.columns, stdout.rows).catch(() => undefined);
  };
  if (tty) {
    stdin.setRawMode(true);
    stdout.on('resize', resize);
    resize();
  }
  session.stdout.pipe(terminal.out, { end: false });
  session.stderr.pipe(terminal.err, { end: false });
  stdin.pipe(session.stdin);
  try {
    return await session.exit;
  } finally {
    stdin.unpipe(session.stdin);
    stdin.pause();
    stdout.off('resize', resize);
    if (tty) stdin.setRawMode(false);
  }
}
