import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Cancellable } from '../base/abort.ts';
import { isMissingPath } from '../base/errno.ts';
import { Fault } from '../base/fault.ts';
import { DotenvError, parseDotenv } from './dotenv.ts';
import type { Lookup } from './interpolate/template.ts';

/** Variables by name. */
export type Environment = ReadonlyMap<string, string>;

/** The variables that are set, as a map. */
export function toEnvironment(variables: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const environment = new Map<string, string>();
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) environment.set(name, value);
  return environment;
}

/** `over`, and from `base` what `over` does not set. */
export function withFallback(over: Environment, base: Environment): Map<string, string> {
  return new Map([...base, ...over]);
}

/**
 * The variables that env files set, later files over earlier ones; values may refer to `known` variables and to those
 * before them.
 *
 * @throws Fault `project.invalid` when a file is missing, no file, or not readable as one
 */
export async function readEnvFiles(
  files: readonly string[],
  known: Environment,
  options: Cancellable,
): Promise<Map<string, string>> {
  const variables = new Map<string, string>();
  for (const file of files) {
    const text = await readText(file, 'env file', options);
    parseInto(variables, text, file, (name) => known.get(name) ?? variables.get(name));
  }
  return variables;
}

/** Adds the variables of one env file's text to `variables`. */
export function parseInto(variables: Map<string, string>, text: string, file: string, lookup: Lookup): void {
  try {
    parseDotenv(text, variables, lookup);
  } catch (error) {
    if (!(error instanceof DotenvError)) throw error;
    throw new Fault({
      code: 'project.invalid',
      message: `${file}:${error.line}: ${error.message}`,
      hint: 'Each line of an env file is NAME=value, NAME="value", NAME or a # comment.',
      location: { file, line: error.line },
      diagnostics: [{ severity: 'error', message: error.message, location: { file, line: error.line } }],
    });
  }
}

/** The text of a file that the project names. */
export async function readText(file: string, what: string, { signal }: Cancellable): Promise<string> {
  signal?.throwIfAborted();
  try {
    return (await readFile(file, signal ? { signal } : {})).toString('utf8');
  } catch (error) {
    signal?.throwIfAborted();
    throw unreadable(file, what, error);
  }
}

/** Whether `path` is an existing file (not a directory). */
export async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isDirectory();
}

/** `files` as absolute paths. */
export function absoluteFiles(files: readonly string[], cwd: string): string[] {
  return files.map((file) => resolve(cwd, file));
}

function unreadable(file: string, what: string, error: unknown): Fault {
  if (isMissingPath(error)) {
    return new Fault({ code: 'project.not-found', message: `The ${what} ${file} does not exist.`, location: { file } });
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const reason = code === 'EISDIR' ? 'is a directory' : code === 'EACCES' ? 'may not be read' : 'cannot be read';
  return new Fault(
    { code: 'project.invalid', message: `The ${what} ${file} ${reason}.`, location: { file }, detail: String(error) },
    { cause: error },
  );
}
