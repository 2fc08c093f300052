import type { Readable } from 'node:stream';
import type { Cancellable } from '../../base/abort.ts';
import type { ExecResult, ExecSpec } from '../containers.ts';
import { execAttached } from './exec-attached.ts';
import type { Transport } from './transport.ts';

const defaultMaxBytes = 1024 * 1024;

/** See `Containers.exec`. */
export async function execCollected(
  transport: Transport,
  id: string,
  spec: ExecSpec,
  { signal, maxBytes = defaultMaxBytes }: Cancellable & { readonly maxBytes?: number },
): Promise<ExecResult> {
  const session = await execAttached(transport, id, spec, { signal });
  if (!spec.input) session.stdin.end();
  const [stdout, stderr, exitCode] = await Promise.all([
    collect(session.stdout, maxBytes),
    collect(session.stderr, maxBytes),
    session.exit,
  ]);
  return { exitCode, stdout, stderr };
}

/** Reads to the end, so that the command is never held up, but keeps only the first `maxBytes`. */
async function collect(stream: Readable, maxBytes: number): Promise<string> {
  const kept: Buffer[] = [];
  let room = maxBytes;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (room > 0) kept.push(chunk.subarray(0, room));
    room -= chunk.length;
  }
  return Buffer.concat(kept).toString('utf8');
}
