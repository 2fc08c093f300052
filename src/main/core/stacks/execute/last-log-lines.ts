import { type Cancellable, withTimeout } from '../../base/abort.ts';
import type { Engine } from '../../engine/engine.ts';

const lineCount = 20;

/** The last lines that a container wrote, for a Problem's detail. Empty when they can't be had: the failure itself counts. */
export async function lastLogLines(engine: Engine, id: string, { signal }: Cancellable): Promise<string> {
  const lines: string[] = [];
  try {
    for await (const { text } of engine.containers.logs(id, { tail: lineCount, signal: withTimeout(signal, 5_000) })) lines.push(text);
  } catch {
    signal?.throwIfAborted();
  }
  return lines.join('\n');
}
