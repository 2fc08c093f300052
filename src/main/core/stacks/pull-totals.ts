import type { Amount } from '../../../shared/models/job.ts';
import type { PullProgress } from '../engine/images.ts';

/** Adds up several pulls that go on side by side; a layer that two images share counts once. */
export class PullTotals {
  readonly #layers = new Map<string, { readonly current: number; readonly total: number }>();

  update({ layers }: PullProgress): Amount {
    for (const { id, state, currentBytes, totalBytes } of layers) {
      const known = this.#layers.get(id);
      const total = Math.max(totalBytes, known?.total ?? 0);
      const downloaded = state === 'downloading' || state === 'waiting' ? currentBytes : total;
      this.#layers.set(id, { current: Math.max(downloaded, known?.current ?? 0), total });
    }
    const all = [...this.#layers.values()];
    return {
      current: all.reduce((sum, { current }) => sum + current, 0),
      total: all.reduce((sum, { total }) => sum + total, 0),
      unit: 'bytes',
    };
  }
}
