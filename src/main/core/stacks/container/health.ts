import { Fault } from '../../base/fault.ts';
import type { Healthcheck } from '../../compose/project.ts';
import { parseDuration } from '../../compose/values/duration.ts';
import type { HealthConfig } from '../../engine/containers.ts';

/** A service's health check in the Engine API's form, durations in nanoseconds. Raises `project.invalid`. */
export function healthcheckOf(check: Healthcheck): HealthConfig {
  if (check.start_interval !== undefined && check.start_period === undefined) {
    throw new Fault({
      code: 'project.invalid',
      message: 'healthcheck.start_interval needs healthcheck.start_period.',
      hint: 'Set start_period, or leave start_interval out.',
    });
  }
  const test = check.disable ? ['NONE'] : check.test;
  return {
    ...(test ? { Test: test } : {}),
    ...duration('Interval', check.interval),
    ...duration('Timeout', check.timeout),
    ...duration('StartPeriod', check.start_period),
    ...duration('StartInterval', check.start_interval),
    ...(check.retries === undefined ? {} : { Retries: check.retries }),
  };
}

function duration(key: keyof HealthConfig, text: string | undefined): Partial<HealthConfig> {
  const nanoseconds = text === undefined ? undefined : parseDuration(text);
  return nanoseconds === undefined ? {} : { [key]: Number(nanoseconds) };
}

/** Whole seconds of a Compose duration, as for `StopTimeout`. */
export function wholeSeconds(text: string): number {
  return Number((parseDuration(text) ?? 0n) / 1_000_000_000n);
}
