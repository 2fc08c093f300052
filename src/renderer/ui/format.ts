/** A length of time in at most two parts: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 4 min`. `ms` in milliseconds. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return joined(`${minutes} min`, seconds % 60, 's');
  return joined(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min');
}

function joined(first: string, rest: number, unit: string): string {
  return rest === 0 ? first : `${first} ${rest} ${unit}`;
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** How long ago `at` was, seen from `now`: "just now", "3 minutes ago", "yesterday"; older than a week: the date. */
export function formatAgo(at: string, now: number): string {
  const seconds = (now - Date.parse(at)) / 1000;
  if (seconds < 45) return 'just now';
  if (seconds < 3_600) return relative.format(-Math.max(1, Math.round(seconds / 60)), 'minute');
  if (seconds < 86_400) return relative.format(-Math.round(seconds / 3_600), 'hour');
  if (seconds < 7 * 86_400) return relative.format(-Math.round(seconds / 86_400), 'day');
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium' }).format(new Date(at));
}

/** Date and time in full, for tooltips. */
export function formatMoment(at: string): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at));
}

/** "1 service", "3 services". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
