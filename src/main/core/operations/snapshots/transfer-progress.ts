import { formatBytes } from '../../../../shared/format-bytes.ts';
import type { Clock } from '../../base/clock.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import type { OnTransfer, TransferProgress } from '../../snapshots/share/snapshot-remote.ts';

/** A person can't read faster, in milliseconds. */
const interval = 200;

/** Shows a transfer as one step of a job: bytes, speed, and what needn't travel. */
export function transferProgress({ report }: JobContext, title: string, clock: Clock): OnTransfer & { done(): void } {
  const startedAt = clock.now().getTime();
  let last: TransferProgress = { bytes: 0, totalBytes: 0, reusedBytes: 0 };
  let shownAt = 0;
  const show = (state: 'running' | 'done', now: number): void => {
    const { bytes, totalBytes, reusedBytes } = last;
    const seconds = (now - startedAt) / 1000;
    const words = [
      ...(bytes > 0 && seconds > 0 ? [`${formatBytes(bytes / seconds)}/s`] : []),
      ...(reusedBytes > 0 ? [`${formatBytes(reusedBytes)} were there already`] : []),
    ];
    report({
      type: 'step',
      step: { id: 'transfer', title, state, amount: { current: bytes, total: totalBytes, unit: 'bytes' }, detail: words.join(', ') },
    });
  };
  const onTransfer: OnTransfer = (progress) => {
    last = progress;
    const now = clock.now().getTime();
    if (now - shownAt < interval) return;
    shownAt = now;
    show('running', now);
  };
  return Object.assign(onTransfer, { done: () => show('done', clock.now().getTime()) });
}
