import { readFile } from 'node:fs/promises';
import { Fault } from '../../base/fault.ts';
import type { Build, FileObject } from '../../compose/project.ts';
import type { StackDefinition } from '../plan.ts';

/**
 * The secrets of a build by the id that its Dockerfile names them with. They are given to the builder on demand and stay
 * in no image. Raises `project.invalid` for one that can't be read, `project.value-missing` for an unset variable.
 */
export async function readBuildSecrets(service: string, { secrets = [] }: Build, { project, environment }: StackDefinition): Promise<Map<string, Buffer>> {
  const read = secrets.map(async ({ source = '', target }) => {
    const data = await contentOf(service, source, project.secrets?.[source] ?? {}, environment);
    return [target ?? source, data] as const;
  });
  return new Map(await Promise.all(read));
}

async function contentOf(service: string, source: string, secret: FileObject, environment: Readonly<Record<string, string>>): Promise<Buffer> {
  if (secret.environment !== undefined) {
    const value = environment[secret.environment];
    if (value !== undefined) return Buffer.from(value);
    throw new Fault({
      code: 'project.value-missing',
      message: `The image of ${service} can't be built: the variable ${secret.environment}, which the secret ${source} takes its content from, is not set.`,
      hint: `Give the environment a value for ${secret.environment}.`,
      data: { variable: secret.environment },
    });
  }
  try {
    return await readFile(secret.file ?? '');
  } catch (error) {
    throw new Fault(
      {
        code: 'project.invalid',
        message: `The image of ${service} can't be built: the secret ${source} can't be read from ${secret.file ?? 'its file'}.`,
        hint: 'Correct the path under "secrets".',
        data: { service },
      },
      { cause: error },
    );
  }
}
