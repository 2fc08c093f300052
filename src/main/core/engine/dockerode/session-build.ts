import { randomUUID } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import { parseImageReference } from '../../base/image-reference.ts';
import type { BuildSession } from '../buildkit.ts';
import { BuildLog, type FailedStep } from '../buildkit/build-log.ts';
import { buildStatus } from '../buildkit/messages.ts';
import { SessionServer } from '../buildkit/session-server.ts';
import type { BuildOptions, BuildOutput } from '../images.ts';
import type { Attempt } from './attempt.ts';
import { buildQuery } from './build.ts';
import { jsonLines } from './json-lines.ts';
import { refusalFault } from './refusal-fault.ts';
import { registryFault } from './registry-fault.ts';
import type { EngineRequest, Transport } from './transport.ts';

/** The Engine API's number for BuildKit, of which the classic builder is 1. */
const builderVersion = '2';

/** See `BuildKit.build`: POST /build, with a session that the engine asks for files, secrets and logins. */
export async function* buildInSession(transport: Transport, session: BuildSession, options: BuildOptions): AsyncGenerator<BuildOutput> {
  const { signal } = options;
  const attempt: Attempt = { doing: `build the image ${options.tags[0] ?? ''}`.trimEnd() };
  const server = new SessionServer(session);
  const id = randomUUID();
  const connection = await transport.upgrade({
    method: 'POST',
    path: '/session',
    headers: {
      Upgrade: 'h2c',
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'slipway',
      'X-Docker-Expose-Session-Sharedkey': session.sharedKey,
      'X-Docker-Expose-Session-Grpc-Method': server.paths,
    },
    attempt,
    signal,
  });
  try {
    server.serve(connection);
    yield* follow(transport, {
      method: 'POST',
      path: '/build',
      query: { ...buildQuery(options), version: builderVersion, session: id, remote: options.remote ?? 'client-session' },
      attempt,
      signal,
    });
  } finally {
    server.close();
    connection.destroy();
  }
}

async function* follow(transport: Transport, request: EngineRequest): AsyncGenerator<BuildOutput> {
  const { attempt } = request;
  const log = new BuildLog();
  let imageId: string | undefined;
  const response = await transport.stream(request);
  try {
    for await (const value of jsonLines(response)) {
      const line = value as BuildKitLine;
      const error = line.errorDetail?.message ?? line.error;
      if (error !== undefined) throw buildFault(error, log.failed, attempt);
      if (line.id === 'moby.buildkit.trace' && typeof line.aux === 'string') yield* log.add(buildStatus.decode(Buffer.from(line.aux, 'base64')));
      else if (typeof line.aux === 'object') imageId = line.aux.ID ?? imageId;
    }
    if (imageId === undefined) throw refusalFault({ status: 0, text: 'The build ended without an image.' }, attempt);
    yield { text: '', imageId };
  } catch (error) {
    throw transport.failure(error, request);
  } finally {
    // Ends the build on the engine when nobody follows it any more.
    response.destroy();
  }
}

interface BuildKitLine {
  readonly id?: string;
  readonly aux?: string | { readonly ID?: string };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

const loadsImage = /^\[internal\] load metadata for (\S+)$/;

function buildFault(error: string, failed: FailedStep | undefined, attempt: Attempt): Fault {
  const reference = failed && loadsImage.exec(failed.name)?.[1];
  if (reference !== undefined) return registryFault(error, reference, parseImageReference(reference).registry);
  if (!failed) return refusalFault({ status: 0, text: error }, attempt);
  const { problem } = refusalFault({ status: 0, text: [error, `In: ${failed.name}`, ...failed.lines].join('\n') }, attempt);
  return new Fault({ ...problem, data: { ...problem.data, step: failed.name } });
}
