import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Fault } from '../../base/fault.ts';
import type { EngineEndpoint } from '../engine.ts';
import type { EngineCandidate, Surroundings } from './candidate.ts';
import { readTlsFiles } from './tls-files.ts';

const metadata = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string(), SkipTLSVerify: z.boolean().optional() }) }),
});

const namedMetadata = metadata.extend({ Name: z.string() });

/**
 * The Docker context in use: DOCKER_CONTEXT, which must work, else `currentContext` of config.json, which may be left
 * over from an engine that is gone. "default" means the usual sockets.
 */
export async function dockerContext(surroundings: Surroundings): Promise<EngineCandidate[]> {
  const wanted = surroundings.environment['DOCKER_CONTEXT'];
  const name = wanted || (await currentContext(surroundings));
  return name === undefined || name === 'default' ? [] : [contextCandidate(name, surroundings, { required: Boolean(wanted) })];
}

export function contextCandidate(name: string, surroundings: Surroundings, { required }: { readonly required: boolean }): EngineCandidate {
  return { origin: `Docker context ${name}`, required, private: false, endpoint: () => contextEndpoint(name, surroundings) };
}

/** Every Docker context that has been made on this machine, with its address. Damaged ones are passed over. */
export async function listContexts(surroundings: Surroundings): Promise<{ readonly name: string; readonly address: string }[]> {
  const folder = path.join(dockerConfigDirectory(surroundings), 'contexts', 'meta');
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(folder, name, 'meta.json'), 'utf8').catch(() => '{}');
      const parsed = namedMetadata.safeParse(jsonOr(text, {}));
      return parsed.success ? [{ name: parsed.data.Name, address: parsed.data.Endpoints.docker.Host }] : [];
    }),
  );
  return found.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The folder of the docker command's own settings. */
export function dockerConfigDirectory({ environment, home }: Pick<Surroundings, 'environment' | 'home'>): string {
  return environment['DOCKER_CONFIG'] || path.join(home, '.docker');
}

async function currentContext(surroundings: Surroundings): Promise<string | undefined> {
  try {
    const text = await readFile(path.join(dockerConfigDirectory(surroundings), 'config.json'), 'utf8');
    return z.object({ currentContext: z.string().optional() }).parse(JSON.parse(text)).currentContext || undefined;
  } catch {
    // Without a readable config.json the docker command itself uses the default context.
    return undefined;
  }
}

/** Contexts are kept under the SHA-256 of their names (docker/cli, `cli/context/store`). */
async function contextEndpoint(name: string, surroundings: Surroundings): Promise<EngineEndpoint> {
  const contexts = path.join(dockerConfigDirectory(surroundings), 'contexts');
  const folder = createHash('sha256').update(name).digest('hex');
  const file = path.join(contexts, 'meta', folder, 'meta.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw unusable(name, `There is no Docker context ${name}.`, file, error);
  });
  const { Host: address, SkipTLSVerify: skip = false } = parse(name, file, text).Endpoints.docker;
  const origin = `Docker context ${name}`;
  if (!/^(?:tcp|https?):/.test(address)) return { address, origin };
  const files = path.join(contexts, 'tls', folder, 'docker');
  const tls = await readTlsFiles(files, { verify: !skip }).catch((error: unknown) => {
    // A context over plain TCP has no certificates at all.
    if (error instanceof Fault && error.problem.code === 'engine.unreachable') return undefined;
    throw error;
  });
  return { address, origin, ...(tls && { tls }) };
}

function parse(name: string, file: string, text: string): z.infer<typeof metadata> {
  try {
    return metadata.parse(JSON.parse(text));
  } catch (error) {
    throw unusable(name, `The Docker context ${name} is damaged.`, file, error);
  }
}

function unusable(name: string, message: string, file: string, error: unknown): Fault {
  return new Fault(
    {
      code: 'engine.unreachable',
      message,
      hint: 'Choose another context (docker context ls, docker context use), or unset DOCKER_CONTEXT.',
      detail: String(error),
      data: { context: name, file },
    },
    { cause: error },
  );
}

function jsonOr(text: string, fallback: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fallback;
  }
}
