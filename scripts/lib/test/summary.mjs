/**
 * The end of a whole run: each skipped test with its reason, each failure, and as last line
 * `N passed, N failed, N skipped`. A run in which nothing passed is no success either.
 *
 * @param {import('./tally-reporter.mjs').Tally} total
 * @param {readonly string[]} durations one for each stage
 */
export function summary(total, durations) {
  const lines = [
    '',
    ...total.skipped.map(({ name, reason }) => `skipped: ${name} (${reason})`),
    ...total.failed.map((name) => `failed: ${name}`),
    `Durations: ${durations.join(', ')}`,
    `${total.passed} passed, ${total.failed.length} failed, ${total.skipped.length} skipped`,
  ];
  return { text: lines.join('\n'), exitCode: total.failed.length > 0 || total.passed === 0 ? 1 : 0 };
}
