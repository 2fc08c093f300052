const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size as people say it: decimal units, at most three significant digits. `bytes` must not be negative. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${String(Number(value.toFixed(digits)))} ${byteUnits[unit] ?? 'TB'}`;
}
