import { Fault } from '../../base/fault.ts';
import { parseImageReference, type ImageReference } from '../../base/image-reference.ts';
import type { PullProgress, RegistryAuth } from '../images.ts';
import { aboutImage } from './attempt.ts';
import { jsonLines } from './json-lines.ts';
import { TransferFold, type TransferLine } from '../transfer-fold.ts';
import { registryFault } from './registry-fault.ts';
import type { EngineRequest, Transport } from './transport.ts';

/** Pulls; ends only when the engine has closed its stream without an error line. */
export async function* pull(
  transport: Transport,
  reference: string,
  { platform, auth, signal }: { platform?: string | undefined; auth?: RegistryAuth | undefined; signal?: AbortSignal | undefined },
): AsyncGenerator<PullProgress> {
  const parsed = parseImageReference(reference);
  const request: EngineRequest = {
    method: 'POST',
    path: '/images/create',
    // Without a tag the engine would pull all of them.
    query: { fromImage: repositoryName(parsed), tag: parsed.digest ?? parsed.tag, platform },
    headers: authHeader(auth),
    attempt: aboutImage('pull', reference),
    signal,
  };
  yield* transfer(transport, request, reference, parsed.registry);
}

/** Pushes a tagged image. */
export async function* push(
  transport: Transport,
  reference: string,
  { auth, signal }: { auth?: RegistryAuth | undefined; signal?: AbortSignal | undefined },
): AsyncGenerator<PullProgress> {
  const parsed = parseImageReference(reference);
  const request: EngineRequest = {
    method: 'POST',
    path: `/images/${encodeURI(repositoryName(parsed))}/push`,
    query: { tag: parsed.tag },
    headers: authHeader(auth),
    attempt: aboutImage('push', reference),
    signal,
  };
  yield* transfer(transport, request, reference, parsed.registry);
}

async function* transfer(
  transport: Transport,
  request: EngineRequest,
  reference: string,
  registry: string,
): AsyncGenerator<PullProgress> {
  const fold = new TransferFold(reference);
  yield fold.start();
  const response = await open(transport, request, reference, registry);
  try {
    for await (const value of jsonLines(response)) {
      const line = value as TransferLine;
      const error = line.errorDetail?.message ?? line.error;
      if (error !== undefined) throw registryFault(error, reference, registry);
      const progress = fold.add(line);
      if (progress) yield progress;
    }
  } catch (error) {
    throw transport.failure(error, request);
  } finally {
    response.destroy();
  }
  yield fold.done();
}

/** Older engines tell a registry's refusal as the answer itself, newer ones inside the stream. */
async function open(transport: Transport, request: EngineRequest, reference: string, registry: string) {
  try {
    return await transport.stream(request);
  } catch (error) {
    const refused = error instanceof Fault && error.problem.detail !== undefined && aboutRegistry.has(error.problem.code);
    throw refused ? registryFault(error.problem.detail ?? '', reference, registry) : error;
  }
}

const aboutRegistry = new Set(['image.not-found', 'engine.rejected', 'engine.conflict', 'image.wrong-platform']);

/** Always sent: a push without this header is refused. */
function authHeader(auth: RegistryAuth | undefined): Record<string, string> {
  const known = auth
    ? {
        serveraddress: auth.serverAddress,
        username: auth.username,
        password: auth.password,
        identitytoken: auth.identityToken,
        registrytoken: auth.registryToken,
      }
    : {};
  return { 'X-Registry-Auth': urlSafeBase64(JSON.stringify(known)) };
}

/** With padding, unlike Node's base64url: the daemon insists on it. */
export function urlSafeBase64(text: string): string {
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function repositoryName({ registry, repository }: ImageReference): string {
  return registry === 'docker.io' ? repository.replace(/^library\/(?=[^/]+$)/, '') : `${registry}/${repository}`;
}
