import { type Command, InvalidArgumentError } from 'commander';

/** For options that may be repeated. */
export const collect = (value: string, all: string[] | undefined): string[] => [...(all ?? []), value];

/** The words with which every command names its environment. */
export function withTarget(command: Command): Command {
  return command
    .argument('[env]', 'library name, directory or Compose file (default: the current directory)')
    .option('-f, --file <file>', 'Compose file; may be repeated, later ones override earlier ones', collect)
    .option('-p, --project-name <name>', 'project name instead of the one the files give')
    .option('--env-file <file>', 'values instead of .env; may be repeated', collect)
    .option('--profile <name>', 'Compose profile to enable; may be repeated', collect)
    .option('--environment-profile <name>', 'environment profile of x-slipway to use');
}

/** The same for commands that can be about some services only: `[ENV] [SERVICE…]`. */
export function withServices(command: Command): Command {
  return withTarget(command).argument('[services...]', 'only these services; ENV may be left out where a Compose file is here');
}

/** Parses a whole number that is not negative. What it raises is shown as wrong usage. */
export function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(value);
}
