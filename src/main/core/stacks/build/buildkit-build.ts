import { createHash } from 'node:crypto';
import path from 'node:path';
import { defined } from '../../../../shared/defined.ts';
import { Fault } from '../../base/fault.ts';
import type { Build } from '../../compose/project.ts';
import type { BuildKit, BuildSession } from '../../engine/buildkit.ts';
import type { BuildOutput } from '../../engine/images.ts';
import { baseImages } from './base-images.ts';
import type { BuildContext } from './build-context.ts';
import { loginForHost } from './build-logins.ts';
import { readBuildSecrets } from './build-secrets.ts';
import type { BuildParts } from './build-service.ts';
import { isInlineCache } from './build-support.ts';
import { contextFiles, oneFile } from './context-files.ts';
import { instructionLine } from './instruction-line.ts';
import { type ContextImages, makeContextImages, removeContextImages } from './named-contexts.ts';
import { replaceImages } from './replace-images.ts';
import { openSshAgents } from './ssh-agents.ts';

export interface SessionBuild extends BuildParts {
  readonly buildKit: BuildKit;
}

/** Builds by BuildKit, which is given files, secrets, agents and logins as it asks for them. */
export async function* buildInSession(parts: SessionBuild): AsyncGenerator<BuildOutput, void, void> {
  const { service, definition, build, context, signal } = parts;
  const secrets = await readBuildSecrets(service, build, definition);
  const agents = await openSshAgents(keysOf(build), { service, environment: definition.environment, signal });
  const contexts: ContextImages = { images: new Map(), local: new Set(), temporary: new Set() };
  try {
    yield* makeContextImages(parts, contexts);
    const text = replaceImages(context?.dockerfile.text ?? '', contexts.images, parts.options.args);
    const pull = await pullFirst(parts, text, contexts);
    yield* buildFrom(parts, { text, pull, secrets, sshAgents: agents.sockets });
  } catch (error) {
    throw context ? placed(error, context) : error;
  } finally {
    await Promise.all([agents.close(), removeContextImages(parts, contexts)]);
  }
}

interface Given extends Pick<BuildSession, 'secrets' | 'sshAgents'> {
  readonly text: string;
  readonly pull: boolean;
}

async function* buildFrom(parts: SessionBuild, { text, pull, secrets, sshAgents }: Given): AsyncGenerator<BuildOutput, void, void> {
  const { build, buildKit, context, options, images, findLogin } = parts;
  const dockerfile = context ? path.basename(context.dockerfile.file ?? 'Dockerfile') : (build.dockerfile ?? 'Dockerfile');
  const session: BuildSession = {
    directories: context ? { context: contextFiles(context.directory, context.ignore), dockerfile: oneFile(dockerfile, text) } : {},
    sharedKey: createHash('sha256').update(context?.directory ?? '').digest('hex'),
    secrets,
    sshAgents,
    login: loginForHost(images, findLogin),
  };
  const keepsCache = (build.cache_to ?? []).some(isInlineCache);
  const args = { ...(keepsCache ? { BUILDKIT_INLINE_CACHE: '1' } : {}), ...options.args };
  yield* buildKit.build(session, { ...options, args, pull, dockerfile });
}

/**
 * Asked to look for newer base images, BuildKit looks for all of them in registries, where those of this engine alone are
 * not: then the others are pulled here, and the build takes what is there. Resolves with what BuildKit is to be asked for.
 */
async function pullFirst({ engine, options, findLogin, signal }: SessionBuild, text: string, { local }: ContextImages): Promise<boolean> {
  if (!options.pull || local.size === 0) return options.pull;
  for (const image of baseImages(text, options.args)) {
    if (local.has(image)) continue;
    const auth = await findLogin?.(image, { signal });
    for await (const { phase } of engine.images.pull(image, { signal, ...defined({ auth, platform: options.platform }) })) {
      if (phase === 'done') break;
    }
  }
  return false;
}

/** A repository that is fetched over ssh needs the person's agent, though the file names none. */
function keysOf({ ssh = [], context = '' }: Build): NonNullable<Build['ssh']> {
  const overSsh = /^(?:ssh:\/\/|git@)/.test(context);
  return overSsh && !ssh.some(({ id }) => id === 'default') ? [...ssh, { id: 'default' }] : ssh;
}

/** Tells where in the Dockerfile the failed step stands, if it stands there once. */
function placed(error: unknown, { dockerfile }: BuildContext): unknown {
  if (!(error instanceof Fault) || error.problem.location || dockerfile.file === undefined) return error;
  const step = error.problem.data?.step;
  const line = typeof step === 'string' ? instructionLine(dockerfile.text, step) : undefined;
  return line === undefined ? error : new Fault({ ...error.problem, location: { file: dockerfile.file, line } }, { cause: error });
}
