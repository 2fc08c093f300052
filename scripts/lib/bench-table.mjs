/**
 * One thing measured, in several ways side by side.
 *
 * @typedef {object} Comparison
 * @property {string} title
 * @property {string} unit e.g. `ms`; less is better
 * @property {Record<string, readonly number[]>} peers name → measured values. The first peer is what others relate to.
 */

/**
 * Medians, spread and ratios as a table of text.
 *
 * @param {Comparison} comparison
 */
export function benchTable({ title, unit, peers }) {
  const reference = median(Object.values(peers)[0] ?? []);
  const rows = Object.entries(peers).map(([name, values]) => [
    name,
    `${round(median(values))} ${unit}`,
    `${round(Math.min(...values))} … ${round(Math.max(...values))}`,
    String(values.length),
    (median(values) / reference).toFixed(2),
  ]);
  const all = [['', 'median', 'range', 'runs', 'ratio'], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const lines = all.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '));
  return `${title}\n${lines.map((line) => `  ${line.trimEnd()}`).join('\n')}`;
}

/** @param {readonly number[]} values at least one */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** @param {number} value */
function round(value) {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
