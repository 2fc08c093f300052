import { Command, Option } from 'commander';
import { addBundleCommands } from './commands/bundle.ts';
import { addConfigCommand } from './commands/config.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDiskCommands } from './commands/image-disk.ts';
import { addEngineCommands } from './commands/engine.ts';
import { addEnvCommands } from './commands/env.ts';
import { addExecCommand } from './commands/exec.ts';
import { addImagesCommands } from './commands/images.ts';
import { addLogsCommand } from './commands/logs.ts';
import { addNetworkCommands } from './commands/network.ts';
import { addPortsCommand } from './commands/ports.ts';
import { addRegistryCommands } from './commands/registry.ts';
import { addSnapshotCommands } from './commands/snapshot.ts';
import { addStackCommands } from './commands/stack.ts';
import { addUpCommands } from './commands/up.ts';
import { addBuildCommands } from './commands/build.ts';
import { addWatchCommand } from './commands/watch.ts';
import type { CommandContext, GlobalOptions } from './context.ts';

/** Wraps a command's work so that it gets its context; commander itself only parses. */
export type Run = <Args extends readonly unknown[]>(
  work: (context: CommandContext, ...args: Args) => Promise<number> | Promise<void>,
) => (...args: [...Args, ...unknown[]]) => Promise<void>;

/** The whole command line. Raises commander's own error on wrong usage. */
export function createProgram({ version, run }: { version: string; run: Run }): Command {
  const program = new Command('slipway')
    .description('The whole stack on your own machine: shared images, environment profiles, ports and snapshots.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(slipway --help shows how)')
    .enablePositionalOptions();
  addDoctorCommand(program, run);
  addConfigCommand(program, run);
  addUpCommands(program, run);
  addStackCommands(program, run);
  addBuildCommands(program, run);
  addWatchCommand(program, run);
  addLogsCommand(program, run);
  addExecCommand(program, run);
  addPortsCommand(program, run);
  addNetworkCommands(program, run);
  addEnvCommands(program, run);
  addImagesCommands(program, run);
  addSnapshotCommands(program, run);
  addRegistryCommands(program, run);
  addBundleCommands(program, run);
  addDiskCommands(program, run);
  addEngineCommands(program, run);
  everyCommand(program, addGlobalOptions);
  return program;
}

/** Global options may stand before or after the command's name. */
function addGlobalOptions(command: Command): void {
  command
    .addOption(new Option('--json', 'print one JSON document, or NDJSON events for long work'))
    .addOption(new Option('--engine <address>', 'engine to use, e.g. unix:///var/run/docker.sock'))
    .addOption(new Option('--no-color', 'no colours'))
    .addOption(new Option('-q, --quiet', 'print results only'))
    .exitOverride();
}

function everyCommand(command: Command, change: (command: Command) => void): void {
  change(command);
  for (const child of command.commands) everyCommand(child, change);
}

/** The global options in force for a command that was called. */
export function globalOptionsOf(command: Command): GlobalOptions {
  const merged: { json?: boolean; quiet?: boolean; color?: boolean; engine?: string } = {};
  for (let at: Command | null = command; at; at = at.parent) {
    const options = at.opts<typeof merged>();
    merged.json ||= options.json ?? false;
    merged.quiet ||= options.quiet ?? false;
    merged.color = merged.color !== false && options.color !== false;
    if (options.engine !== undefined) merged.engine ??= options.engine;
  }
  return {
    json: merged.json ?? false,
    quiet: merged.quiet ?? false,
    color: merged.color ?? true,
    ...(merged.engine === undefined ? {} : { engine: merged.engine }),
  };
}
