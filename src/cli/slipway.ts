#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Command, CommanderError } from 'commander';
import Conf from 'conf';
import { isAbort, toProblem } from '../main/core/base/fault.ts';
import { silentLogger } from '../main/core/base/logger.ts';
import { openLocal } from '../main/core/open-local.ts';
import type { CommandContext } from './context.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { Cancelled } from './follow-job.ts';
import { problemText } from './output/problem-text.ts';
import type { Terminal } from './output/terminal.ts';
import { createProgram, globalOptionsOf, type Run } from './program.ts';

// The command line's composition root: the only place here that knows process.env, argv and the exit code.

const root = path.resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };

const interrupt = new AbortController();
process.on('SIGINT', () => {
  // A second Ctrl-C means it: the clean-up is left to the next start.
  if (interrupt.signal.aborted) process.exit(exitCodes.cancelled);
  interrupt.abort();
});
process.on('SIGTERM', () => interrupt.abort());
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader of a pipe has gone (`slipway logs | head`): that is no failure.
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
});

const run: Run =
  <Args extends readonly unknown[]>(work: (context: CommandContext, ...args: Args) => Promise<number> | Promise<void>) =>
  async (...args: [...Args, ...unknown[]]) => {
    const command = args.at(-1) as Command;
    const options = globalOptionsOf(command);
    const terminal = openTerminal(options.color);
    const core = openLocal({
      openState: ({ directory, name }) => new Conf({ cwd: directory, configName: name, clearInvalidConfig: false }),
      resourcesDirectory: path.join(root, 'resources'),
      builtDirectory: path.join(root, 'out'),
      logger: silentLogger,
      ...(options.engine === undefined ? {} : { engine: options.engine }),
    });
    const printJson = (value: unknown): void => void terminal.out.write(`${JSON.stringify(value)}\n`);
    const context: CommandContext = {
      core,
      terminal,
      options,
      signal: interrupt.signal,
      workingDirectory: process.cwd(),
      print: (value, text) => (options.json ? printJson(value) : void terminal.out.write(text())),
      printEvent: printJson,
    };
    try {
      // Commander also hands over the options and the command itself; the work takes what it declared.
      const code = await work(context, ...(args as unknown as Args));
      process.exitCode = typeof code === 'number' ? code : exitCodes.ok;
    } catch (error) {
      process.exitCode = report(error, context);
    } finally {
      await core.close();
    }
  };

function report(error: unknown, { options, terminal, printEvent }: CommandContext): number {
  if (error instanceof Cancelled || (interrupt.signal.aborted && isAbort(error))) return exitCodes.cancelled;
  const problem = toProblem(error);
  if (options.json) printEvent({ error: problem });
  else terminal.err.write(problemText(terminal, problem));
  return exitCodeOf(problem.code);
}

function openTerminal(color: boolean): Terminal {
  const { stdout: out, stderr: err } = process;
  const interactive = err.isTTY && !process.env['CI'];
  const wantsColor = process.env['NO_COLOR'] === undefined && (err.isTTY || process.env['FORCE_COLOR'] !== undefined);
  return { out, err, interactive, color: color && wantsColor, width: err.columns || 80 };
}

try {
  await createProgram({ version, run }).parseAsync(process.argv);
} catch (error) {
  // Commander has printed what is wrong, or the help or version that was asked for.
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}
