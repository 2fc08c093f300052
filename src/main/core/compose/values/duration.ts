const nanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};
const part = /([0-9]*)(?:\.([0-9]*))?([^.0-9]+)/y;
const maximum = 2n ** 63n - 1n;

/**
 * The nanoseconds that a text such as `1h30m`, `1.5s` or `2d` stands for; undefined where it is no duration.
 *
 * Source: Compose Specification, "Specifying durations", with the reference's days and weeks.
 */
export function parseDuration(text: string): bigint | undefined {
  const [, sign = '', rest = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0n;
  if (rest === '') return undefined;
  let total = 0n;
  part.lastIndex = 0;
  while (part.lastIndex < rest.length) {
    const match = part.exec(rest);
    const [, whole = '', fraction = '', name = ''] = match ?? [];
    const unit = Object.hasOwn(nanoseconds, name) ? nanoseconds[name] : undefined;
    if (unit === undefined || !(whole || fraction)) return undefined;
    total += BigInt(whole || '0') * unit + fractionOf(fraction, unit);
    if (total > maximum) return undefined;
  }
  return sign === '-' ? -total : total;
}

function fractionOf(digits: string, unit: bigint): bigint {
  if (!digits) return 0n;
  const kept = digits.slice(0, 18);
  return BigInt(Math.trunc(Number(kept) * (Number(unit) / 10 ** kept.length)));
}

/** The text that Go prints for a duration: `1m30s`, `1.5ms`, `0s`. */
export function formatDuration(duration: bigint): string {
  if (duration === 0n) return '0s';
  const sign = duration < 0n ? '-' : '';
  const value = duration < 0n ? -duration : duration;
  if (value < 1_000n) return `${sign}${value}ns`;
  if (value < 1_000_000n) return `${sign}${decimal(value, 1_000n)}µs`;
  if (value < 1_000_000_000n) return `${sign}${decimal(value, 1_000_000n)}ms`;
  const minutes = value / 60_000_000_000n;
  const seconds = `${decimal(value % 60_000_000_000n, 1_000_000_000n)}s`;
  if (minutes === 0n) return sign + seconds;
  const hours = minutes / 60n;
  return `${sign}${hours > 0n ? `${hours}h` : ''}${minutes % 60n}m${seconds}`;
}

function decimal(value: bigint, unit: bigint): string {
  const fraction = String(value % unit)
    .padStart(String(unit).length - 1, '0')
    .replace(/0+$/, '');
  return `${value / unit}${fraction && `.${fraction}`}`;
}
