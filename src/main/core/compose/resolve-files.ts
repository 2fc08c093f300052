import { resolve } from 'node:path';
import type { Cancellable } from '../base/abort.ts';
import { Fault } from '../base/fault.ts';
import { absoluteFiles, isFile, parseInto, readText, type Environment } from './environment.ts';
import type { EnvFile, Service } from './project.ts';
import type { Diagnostics } from './source/diagnostics.ts';
import type { Place } from './source/place.ts';

/** Where a service's files are, and where findings about them are reported. */
export interface FileFindings extends Cancellable {
  /** Paths that were left relative begin here. */
  readonly directory: string;
  readonly diagnostics: Diagnostics;
  readonly at: Place | undefined;
}

/**
 * The service with the variables of its env files added to its own, which win, and variables without a value taken
 * from the project's environment. `env_file` is gone then.
 */
export async function withEnvFiles(service: Service, environment: Environment, findings: FileFindings): Promise<Service> {
  const { env_file: files = [], ...rest } = service;
  const own: Record<string, string | null> = { ...service.environment };
  for (const [name, value] of Object.entries(own)) if (value === null) own[name] = environment.get(name) ?? null;
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(own)) if (value !== null) variables.set(name, value);
  const lookup = (name: string): string | undefined => environment.get(name) ?? own[name] ?? undefined;
  for (const file of files) await addEnvFile(variables, file, lookup, findings);
  const merged = { ...Object.fromEntries(variables), ...own };
  return Object.keys(merged).length > 0 ? { ...rest, environment: merged } : withoutEnvironment(rest);
}

/** The service with the labels of its label files under its own, which win. `label_file` stays: `up` hashes it. */
export async function withLabelFiles(service: Service, findings: FileFindings): Promise<Service> {
  const { label_file: files } = service;
  if (!files) return service;
  const labels = new Map<string, string>();
  for (const file of absoluteFiles(files, findings.directory)) {
    if (await isFile(file)) {
      const known = new Map(labels);
      await readInto(labels, file, 'label file', (name) => known.get(name), findings);
    } else {
      findings.diagnostics.error(findings.at, `The label file ${file} does not exist.`);
    }
  }
  return { ...service, labels: { ...Object.fromEntries(labels), ...service.labels } };
}

async function addEnvFile(
  variables: Map<string, string>,
  { path: written, required, format }: EnvFile,
  lookup: (name: string) => string | undefined,
  findings: FileFindings,
): Promise<void> {
  const { diagnostics, at, directory } = findings;
  const path = resolve(directory, written);
  if (!(await isFile(path))) {
    if (required) diagnostics.error(at, `The env file ${path} does not exist.`, 'Create it, or mark it required: false.');
    return;
  }
  if (format === undefined || format === '.env') {
    const before = variables.get('');
    await readInto(variables, path, 'env file', lookup, findings);
    const nameless = variables.get('');
    if (nameless === undefined || nameless === before) return;
    diagnostics.warn(
      at,
      `The last line of ${path}, “${nameless}”, is taken for a value without a name, since no line break ends it.`,
      'End the file with a line break.',
    );
    return;
  }
  if (format === 'raw') parseRaw(variables, await readText(path, 'env file', findings), path, lookup, findings);
  else diagnostics.error(at, `“${format}” is no format of env files.`, 'Leave format out, or write raw.');
}

async function readInto(
  variables: Map<string, string>,
  path: string,
  what: string,
  lookup: (name: string) => string | undefined,
  findings: FileFindings,
): Promise<void> {
  try {
    parseInto(variables, await readText(path, what, findings), path, lookup);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    findings.diagnostics.error(findings.at, error.problem.message, error.problem.hint);
  }
}

/** `NAME=value` lines taken as they are, as `docker run --env-file` takes them. */
function parseRaw(
  variables: Map<string, string>,
  text: string,
  path: string,
  lookup: (name: string) => string | undefined,
  { diagnostics, at }: FileFindings,
): void {
  text.replace(/^\uFEFF/, '').split('\n').forEach((line, index) => {
    const statement = line.replace(/\r$/, '').trimStart();
    if (statement === '' || statement.startsWith('#')) return;
    const equals = statement.indexOf('=');
    const name = equals < 0 ? statement : statement.slice(0, equals);
    if (name === '' || /\s/.test(name)) {
      diagnostics.error(at, `${path}:${index + 1}: “${name}” is no name of a variable.`);
      return;
    }
    const value = equals < 0 ? lookup(name) : statement.slice(equals + 1);
    if (value !== undefined) variables.set(name, value);
  });
}

function withoutEnvironment({ environment: _environment, ...rest }: Service): Service {
  return rest;
}
