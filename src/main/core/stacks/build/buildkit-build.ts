import { createHash } from 'node:crypto';
import path from 'node:path';
import { Fault } from '../../base/fault.ts';
import type { Build } from '../../compose/project.ts';
import type { BuildKit, BuildSession } from '../../engine/buildkit.ts';
import type { BuildOutput } from '../../engine/images.ts';
import type { BuildContext } from './build-context.ts';
import { loginForHost } from './build-logins.ts';
import { readBuildSecrets } from './build-secrets.ts';
import type { BuildParts } from './build-service.ts';
import { isInlineCache } from './build-support.ts';
import { contextFiles, oneFile } from './context-files.ts';
import { instructionLine } from './instruction-line.ts';
import { openSshAgents } from './ssh-agents.ts';

export interface SessionBuild extends BuildParts {
  readonly buildKit: BuildKit;
}

/** Builds by BuildKit, which is given files, secrets, agents and logins as it asks for them. */
export async function* buildInSession(parts: SessionBuild): AsyncGenerator<BuildOutput, void, void> {
  const { service, definition, build, buildKit, context, options, images, findLogin, signal } = parts;
  const secrets = await readBuildSecrets(service, build, definition);
  const agents = await openSshAgents(keysOf(build), { service, environment: definition.environment, signal });
  const dockerfile = context ? path.basename(context.dockerfile.file ?? 'Dockerfile') : (build.dockerfile ?? 'Dockerfile');
  const session: BuildSession = {
    directories: context
      ? { context: contextFiles(context.directory, context.ignore), dockerfile: oneFile(dockerfile, context.dockerfile.text) }
      : {},
    sharedKey: createHash('sha256').update(context?.directory ?? '').digest('hex'),
    secrets,
    sshAgents: agents.sockets,
    login: loginForHost(images, findLogin),
  };
  const keepsCache = (build.cache_to ?? []).some(isInlineCache);
  const args = { ...(keepsCache ? { BUILDKIT_INLINE_CACHE: '1' } : {}), ...options.args };
  try {
    yield* buildKit.build(session, { ...options, args, dockerfile });
  } catch (error) {
    throw context ? placed(error, context) : error;
  } finally {
    await agents.close();
  }
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
