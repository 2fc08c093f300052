import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { SshKey } from '../../compose/project.ts';

/** Agents by id, to be let go after the build. */
export interface SshAgents {
  readonly sockets: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

interface Surroundings extends Cancellable {
  readonly service: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * The agents that a build may use: the person's own one (SSH_AUTH_SOCK) for a key without a path, another agent by its
 * socket, or for key files an agent that holds nothing else and ends with the build. Raises `project.value-missing` when
 * no agent runs, `project.invalid` for a key that can't be used.
 */
export async function openSshAgents(keys: readonly SshKey[], surroundings: Surroundings): Promise<SshAgents> {
  const opened: Agent[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((agent) => agent.close()));
  };
  try {
    const sockets = new Map<string, string>();
    for (const { id, path: place } of keys) {
      const agent = await agentOf(place, surroundings);
      opened.push(agent);
      sockets.set(id, agent.socket);
    }
    return { sockets, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Agent {
  readonly socket: string;
  close(): Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

async function agentOf(place: string | undefined, surroundings: Surroundings): Promise<Agent> {
  const { service, environment } = surroundings;
  if (place === undefined || place === '') {
    const socket = environment.SSH_AUTH_SOCK;
    if (socket) return { socket, close: nothing };
    throw new Fault({
      code: 'project.value-missing',
      message: `The image of ${service} can't be built: it needs an ssh agent, and none runs (SSH_AUTH_SOCK is not set).`,
      hint: 'Start one with eval "$(ssh-agent)" and ssh-add, or name a key file under "ssh".',
      data: { service, variable: 'SSH_AUTH_SOCK' },
    });
  }
  const found = await stat(place).catch(() => undefined);
  if (!found) throw unusable(service, place, 'it is not there');
  return found.isSocket() || place.startsWith('\\\\.\\pipe\\') ? { socket: place, close: nothing } : agentWithKey(place, surroundings);
}

async function agentWithKey(file: string, { service, environment, signal }: Surroundings): Promise<Agent> {
  const directory = await mkdtemp(path.join(tmpdir(), 'slipway-ssh-'));
  const socket = path.join(directory, 'agent');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()).once('error', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    // It names its socket as soon as it listens there.
    await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), ended]);
    const env = { ...environment, SSH_AUTH_SOCK: socket, SSH_ASKPASS_REQUIRE: 'never' };
    await promisify(execFile)('ssh-add', [file], { env, ...(signal ? { signal } : {}) });
    return { socket, close };
  } catch (error) {
    await close();
    signal?.throwIfAborted();
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw unusable(service, file, said);
  }
}

function unusable(service: string, file: string, why: string): Fault {
  return new Fault({
    code: 'project.invalid',
    message: `The image of ${service} can't be built: the ssh key ${file} can't be used.`,
    hint: 'Name a private key of yours without a passphrase that only you can read, or an agent\'s socket.',
    detail: why,
    data: { service },
  });
}
