import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Cancellable } from '../../base/abort.ts';
import { abortReason } from '../../base/abort-reason.ts';
import type { ExecResult, ExecSession, ExecSpec } from '../containers.ts';
import { conflict } from './faults.ts';
import type { MemoryContainer } from './memory-container.ts';
import { runProgram } from './programs.ts';
import type { World } from './world.ts';

export function execAttached(world: World, container: MemoryContainer, spec: ExecSpec, signal?: AbortSignal): ExecSession {
  if (container.state !== 'running') throw conflict(`run a command in ${container.name}`, `it is ${container.state}.`);
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
  const own = Object.fromEntries((spec.environment ?? []).map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]));
  const ended = new AbortController();
  const onAbort = (): void => {
    const reason = signal ? abortReason(signal) : undefined;
    ended.abort(reason);
    for (const stream of [stdin, stdout, stderr]) stream.destroy(reason);
  };
  signal?.addEventListener('abort', onAbort);
  if (spec.input) spec.input.on('error', (error) => stdin.destroy(error)).pipe(stdin);
  const run = runProgram(spec.command, world.programs, {
    environment: { ...container.environment, ...own },
    input: stdin as AsyncIterable<Buffer>,
    out: (data) => void stdout.write(data),
    err: (data) => void (spec.tty === true ? stdout : stderr).write(data),
    readFile: (path) => container.files.get(path)?.content,
    signal: ended.signal,
  });
  const exit = run.finally(() => {
    signal?.removeEventListener('abort', onAbort);
    stdout.end();
    stderr.end();
  });
  exit.catch(() => undefined);
  return { stdin, stdout, stderr, exit, resize: () => Promise.resolve() };
}

export async function execCollected(
  world: World,
  container: MemoryContainer,
  spec: ExecSpec,
  { signal, maxBytes = 1024 * 1024 }: Cancellable & { readonly maxBytes?: number },
): Promise<ExecResult> {
  const session = execAttached(world, container, spec, signal);
  if (!spec.input) session.stdin.end();
  const [stdout, stderr, exitCode] = await Promise.all([buffer(session.stdout), buffer(session.stderr), session.exit]);
  return { exitCode, stdout: stdout.toString('utf8', 0, maxBytes), stderr: stderr.toString('utf8', 0, maxBytes) };
}
