import { formatBytes } from '../../shared/format-bytes.ts';
import type { Amount } from '../../shared/models/job.ts';
import { formatDuration } from './format.ts';

/** How far a step is, in words: "12.4 MB of 96 MB, 8.2 MB/s, 10 s left", "3 of 8", "42 %". */
export function amountText(amount: Amount): string {
  const { current, total, unit } = amount;
  switch (unit) {
    case 'bytes':
      return [total === undefined ? formatBytes(current) : `${formatBytes(current)} of ${formatBytes(total)}`, ...speedWords(amount)].join(', ');
    case 'items':
      return total === undefined ? String(current) : `${current} of ${total}`;
    case 'percent':
      return `${Math.round(total ? (current / total) * 100 : current)} %`;
  }
}

/** Speed and time left, while something is left. */
function speedWords({ current, total, perSecond }: Amount): string[] {
  if (perSecond === undefined || total === undefined || current >= total) return [];
  const seconds = Math.max(1, Math.round((total - current) / perSecond));
  const left = seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
  return [`${formatBytes(perSecond)}/s`, ...(perSecond > 0 ? [`${left} left`] : [])];
}
