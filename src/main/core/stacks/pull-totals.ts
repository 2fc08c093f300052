import type { Amount } from '../../../shared/models/job.ts';
import { Rate } from '../base/rate.ts';
import type { PullProgress } from '../engine/images.ts';

/** Adds up several pulls that go on side by side; a layer that two images share counts once. */
export class PullTotals {
  readonly #layers = new Map<string, { readonly current: number; readonly total: number }>();
  readonly #rate: Rate;

  constructor(rate = new Rate()) {
    this.#rate = rate;
  }

  update({ layers }: PullProgress): Amount {
    for (const { id, state, currentBytes, totalBytes } of layers) {
      const known = this.#layers.get(id);
      const total = Math.max(totalBytes, known?.total ?? 0);
      const downloaded = state === 'downloading' || state === 'waiting' ? currentBytes : total;
      this.#layers.set(id, { current: Math.max(downloaded, known?.current ?? 0), total });
    }
    const all = [...this.#layers.values()];
    const current = all.reduce((sum, layer) => sum + layer.current, 0);
    const perSecond = this.#rate.update(current);
    return {
      current,
      total: all.reduce((sum, { total }) => sum + total, 0),
      unit: 'bytes',
      ...(perSecond === undefined ? {} : { perSecond }),
    };
  }
}
