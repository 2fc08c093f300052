import { PassThrough, type Duplex } from 'node:stream';
import { sleep, type Cancellable } from '../../base/abort.ts';
import type { ExecSession, ExecSpec } from '../containers.ts';
import { aboutContainer, type Attempt } from './attempt.ts';
import { frames } from './frames.ts';
import type { Transport } from './transport.ts';

/** See `Containers.execAttached`. The command itself lives on when the call is aborted: the API can't end it. */
export async function execAttached(
  transport: Transport,
  id: string,
  spec: ExecSpec,
  { signal }: Cancellable,
): Promise<ExecSession> {
  const attempt = aboutContainer(`run ${spec.command[0] ?? 'a command'} in`, id);
  const execId = await createExec(transport, id, spec, attempt, signal);
  const socket = await transport.upgrade({
    method: 'POST',
    path: `/exec/${execId}/start`,
    body: { Detach: false, Tty: spec.tty ?? false },
    headers: { 'Content-Type': 'application/json' },
    attempt,
    signal,
  });
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const pumped = pump(socket, stdout, stderr, spec.tty ?? false).catch((error: unknown) => {
    const failure = transport.failure(error, { attempt, signal });
    stdout.destroy(failure);
    stderr.destroy(failure);
    throw failure;
  });
  const exit = pumped.then(() => exitCode(transport, execId, { ...attempt, midway: true }, signal));
  // Callers who don't ask for the exit code still hear of the failure through the streams.
  exit.catch(() => undefined);
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  if (spec.input) spec.input.on('error', (error) => socket.destroy(error)).pipe(socket);
  return {
    stdin: socket,
    stdout,
    stderr,
    exit,
    resize: (columns, rows) =>
      transport.run({ method: 'POST', path: `/exec/${execId}/resize`, query: { w: columns, h: rows }, attempt, signal }),
  };
}

async function createExec(
  transport: Transport,
  id: string,
  spec: ExecSpec,
  attempt: Attempt,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { Id: execId } = await transport.json<{ Id: string }>({
    method: 'POST',
    path: `/containers/${encodeURIComponent(id)}/exec`,
    body: {
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: spec.tty ?? false,
      Cmd: spec.command,
      Env: spec.environment ?? [],
      User: spec.user ?? '',
      WorkingDir: spec.workingDirectory ?? '',
      Privileged: spec.privileged ?? false,
    },
    attempt,
    signal,
  });
  return execId;
}

/** Passes output on no faster than it is read. */
async function pump(socket: Duplex, stdout: PassThrough, stderr: PassThrough, tty: boolean): Promise<void> {
  const pieces = tty ? rawPieces(socket, stdout) : framedPieces(socket, stdout, stderr);
  for await (const { target, data } of pieces) {
    if (target.destroyed || target.write(data)) continue;
    await drainedOrClosed(target);
  }
  stdout.end();
  stderr.end();
}

function drainedOrClosed(target: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      target.off('drain', done).off('close', done);
      resolve();
    };
    target.on('drain', done).on('close', done);
  });
}

interface Piece {
  readonly target: PassThrough;
  readonly data: Buffer;
}

async function* rawPieces(socket: Duplex, target: PassThrough): AsyncGenerator<Piece> {
  for await (const data of socket as AsyncIterable<Buffer>) yield { target, data };
}

async function* framedPieces(socket: Duplex, stdout: PassThrough, stderr: PassThrough): AsyncGenerator<Piece> {
  for await (const { stream, data } of frames(socket)) yield { target: stream === 'stdout' ? stdout : stderr, data };
}

/** The daemon closes the output a moment before it notes the exit code. */
async function exitCode(transport: Transport, execId: string, attempt: Attempt, signal?: AbortSignal): Promise<number> {
  for (let pause = 5; ; pause = Math.min(pause * 2, 200)) {
    const path = `/exec/${execId}/json`;
    const state = await transport.json<{ Running: boolean; ExitCode: number | null }>({ path, attempt, signal });
    if (!state.Running && state.ExitCode !== null) return state.ExitCode;
    await sleep(pause, { signal });
  }
}
