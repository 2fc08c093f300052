import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { HostConfig } from '../../engine/containers.ts';

/**
 * `security_opt` in the Engine API's form: a seccomp profile in a file is read and sent along, `systempaths=unconfined`
 * becomes two fields. Raises `project.invalid` for options of no known form, `bind.source-missing` for a lost profile.
 */
export async function securityOf(
  options: readonly string[],
  { workingDirectory, signal }: Cancellable & { readonly workingDirectory: string },
): Promise<Pick<HostConfig, 'SecurityOpt'> & { readonly MaskedPaths?: readonly []; readonly ReadonlyPaths?: readonly [] }> {
  const unconfined = options.includes('systempaths=unconfined');
  const rest = options.filter((option) => option !== 'systempaths=unconfined');
  const parsed = await Promise.all(rest.map((option) => parse(option, workingDirectory, signal)));
  return {
    ...(parsed.length > 0 ? { SecurityOpt: parsed } : {}),
    ...(unconfined ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
  };
}

async function parse(option: string, workingDirectory: string, signal: AbortSignal | undefined): Promise<string> {
  const [, name = option, value] = /^([^=:]+)[=:](.*)$/s.exec(option) ?? [];
  if (value === undefined && name !== 'no-new-privileges') {
    throw new Fault({ code: 'project.invalid', message: `"${option}" is not a security option.`, hint: 'Write it as name=value.' });
  }
  if (name !== 'seccomp' || value === undefined || value === 'unconfined' || value === 'builtin') return option;
  const file = path.resolve(workingDirectory, value);
  try {
    return `seccomp=${JSON.stringify(JSON.parse(await readFile(file, { encoding: 'utf8', signal })))}`;
  } catch (error) {
    signal?.throwIfAborted();
    throw new Fault(
      { code: 'bind.source-missing', message: `The seccomp profile ${file} can't be read.`, hint: 'Correct the path, or the JSON in the file.' },
      { cause: error },
    );
  }
}
