import type { Readable } from 'node:stream';
import type { BuildOptions, BuildOutput, RegistryAuth } from '../images.ts';
import type { Attempt } from './attempt.ts';
import { jsonLines } from './json-lines.ts';
import { platformText } from './platform-text.ts';
import { refusalFault } from './refusal-fault.ts';
import { urlSafeBase64 } from './transfer.ts';
import type { EngineRequest, Transport } from './transport.ts';

interface BuildLine {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
  readonly aux?: { readonly ID?: string };
}

/** See `Images.build`. Uses the classic builder, which every engine has. */
export async function* build(transport: Transport, context: Readable, options: BuildOptions): AsyncGenerator<BuildOutput> {
  const { signal } = options;
  const attempt: Attempt = { doing: `build the image ${options.tags[0] ?? ''}`.trimEnd() };
  const request: EngineRequest = {
    method: 'POST',
    path: '/build',
    query: buildQuery(options),
    headers: { 'Content-Type': 'application/x-tar', 'X-Registry-Config': urlSafeBase64(JSON.stringify(logins(options.auths))) },
    ...(options.remote === undefined ? { upload: context } : {}),
    attempt,
    signal,
  };
  let broken: Error | undefined;
  context.once('error', (error) => (broken = error));
  try {
    const response = await transport.stream(request);
    let imageId: string | undefined;
    let step = '';
    for await (const value of jsonLines(response)) {
      const line = value as BuildLine;
      imageId = line.aux?.ID ?? imageId;
      const text = line.stream ?? line.status;
      if (text !== undefined && /^Step \d+\/\d+ : /.test(text)) step = text.trim();
      if (line.error !== undefined) throw refusalFault({ status: 0, text: `${line.error}${step && `\nIn: ${step}`}` }, attempt);
      if (text !== undefined) yield { text };
    }
    if (imageId === undefined) throw refusalFault({ status: 0, text: 'The build ended without an image.' }, attempt);
    yield { text: '', imageId };
  } catch (error) {
    throw broken && !signal?.aborted ? broken : transport.failure(error, request);
  } finally {
    context.destroy();
  }
}

/** The Engine API's names for the options, which both builders take. */
export function buildQuery(options: BuildOptions): Record<string, unknown> {
  return {
    t: options.tags,
    dockerfile: options.dockerfile,
    target: options.target,
    buildargs: options.args && JSON.stringify(options.args),
    labels: options.labels && JSON.stringify(options.labels),
    cachefrom: options.cacheFrom && JSON.stringify(options.cacheFrom),
    nocache: options.noCache,
    pull: options.pull === true ? '1' : undefined,
    networkmode: options.networkMode,
    extrahosts: options.extraHosts,
    shmsize: options.shmSizeBytes,
    ulimits: options.ulimits && JSON.stringify(options.ulimits),
    isolation: options.isolation,
    remote: options.remote,
    platform: options.platform && platformText(options.platform),
    rm: true,
    forcerm: true,
  };
}

function logins(auths: readonly RegistryAuth[] = []): Record<string, object> {
  return Object.fromEntries(
    auths.map(({ serverAddress, username, password, identityToken, registryToken }) => [
      serverAddress,
      { serveraddress: serverAddress, username, password, identitytoken: identityToken, registrytoken: registryToken },
    ]),
  );
}
