import type { ContainerDetails } from '../engine/containers.ts';

/** Docker's default where a health check names no interval. */
const defaultIntervalMs = 30_000;
const longestWords = 200;

/** What the newest health probe said, on one line: "connection refused". Undefined before the first probe. */
export function lastProbeWords(container: ContainerDetails): string | undefined {
  const probe = container.healthLog.at(-1);
  if (probe === undefined) return undefined;
  const words = probe.output.trim().replaceAll(/\s+/g, ' ');
  if (words === '') return probe.exitCode === 0 ? undefined : `exit code ${probe.exitCode}`;
  return words.length > longestWords ? `${words.slice(0, longestWords)}…` : words;
}

/** Milliseconds until the next health probe starts, as far as the container's own settings tell; never below 0. */
export function msToNextProbe(container: ContainerDetails, now: Date): number {
  const interval = (container.config.Healthcheck?.Interval ?? 0) / 1e6 || defaultIntervalMs;
  const last = container.healthLog.at(-1)?.endedAt ?? container.startedAt ?? now;
  return Math.max(0, last.getTime() + interval - now.getTime());
}
