import type { Amount } from '../../shared/models/job.ts';
import { formatBytes } from './format.ts';

/** How far a step is, in words: "12.4 MB of 96 MB", "3 of 8", "42 %". */
export function amountText({ current, total, unit }: Amount): string {
  switch (unit) {
    case 'bytes':
      return total === undefined ? formatBytes(current) : `${formatBytes(current)} of ${formatBytes(total)}`;
    case 'items':
      return total === undefined ? String(current) : `${current} of ${total}`;
    case 'percent':
      return `${Math.round(total ? (current / total) * 100 : current)} %`;
  }
}
