import type { Cancellable } from './abort.ts';
import { sharedSignal } from './shared-signal.ts';

/**
 * Does `work` for every item, at most `limit` at a time, and resolves with the results in the items' order. The first
 * failure aborts what is under way; it is raised when all of that has ended.
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, options: { readonly signal: AbortSignal }) => Promise<Result>,
  { signal }: Cancellable,
): Promise<Result[]> {
  const failed = new AbortController();
  const shared = sharedSignal(signal, failed.signal);
  const results = new Array<Result>(items.length);
  const failures: unknown[] = [];
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [position, item] of entries) {
      if (shared.aborted) return;
      try {
        results[position] = await work(item, { signal: shared });
      } catch (error) {
        failures.push(error);
        failed.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  signal?.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return results;
}
