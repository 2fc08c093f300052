const dayMs = 24 * 60 * 60 * 1000;

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: dayMs,
  w: 7 * dayMs,
};

/** Milliseconds after which a pull policy (`daily`, `weekly`, `every_12h`, `every_1w2d`) pulls again; undefined for others. */
export function pullInterval(policy: string): number | undefined {
  if (policy === 'daily') return dayMs;
  if (policy === 'weekly') return 7 * dayMs;
  const text = /^every_((?:\d+(?:\.\d+)?[smhdw])+)$/.exec(policy)?.[1];
  if (text === undefined) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smhdw])/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
}
