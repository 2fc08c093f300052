import type { ScalarValue } from '../source/node.ts';
import { PathRules } from '../source/path.ts';

/** Gives the typed value of a text; undefined where the text is no such value. */
export type Cast = (text: string) => { readonly value: ScalarValue; readonly float?: boolean } | undefined;

const decimal = /^[-+]?[0-9]+$/;
const real = /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;

export const toInteger: Cast = (text) => {
  if (!decimal.test(text)) return undefined;
  const value = Number(text);
  return { value: Number.isSafeInteger(value) ? value : BigInt(text.replace(/^\+/, '')) };
};

export const toFloat: Cast = (text) => {
  const value = real.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? { value, float: true } : undefined;
};

const booleans = new Map([
  ...['true', 'y', 'yes', 'on'].map((text) => [text, true] as const),
  ...['false', 'n', 'no', 'off'].map((text) => [text, false] as const),
]);

export const toBoolean: Cast = (text) => {
  const value = booleans.get(text.toLowerCase());
  return value === undefined ? undefined : { value };
};

/**
 * Where a text, after its variables were replaced, becomes a number or a boolean, so that `replicas: ${N}` works.
 *
 * Source: Compose Specification, "Interpolation", and the attributes' types in its schema.
 */
export const casts = PathRules.from<Cast>({
  ...forService(toInteger, [
    'cpu_count',
    'cpu_period',
    'cpu_quota',
    'cpu_rt_period',
    'cpu_rt_runtime',
    'cpu_shares',
    'deploy.replicas',
    'deploy.update_config.parallelism',
    'deploy.rollback_config.parallelism',
    'deploy.restart_policy.max_attempts',
    'deploy.placement.max_replicas_per_node',
    'healthcheck.retries',
    'oom_score_adj',
    'pids_limit',
    'ports.*.target',
    'scale',
    'ulimits.*',
    'ulimits.*.hard',
    'ulimits.*.soft',
  ]),
  ...forService(toFloat, [
    'cpu_percent',
    'cpus',
    'deploy.update_config.max_failure_ratio',
    'deploy.rollback_config.max_failure_ratio',
  ]),
  ...forService(toBoolean, [
    'init',
    'healthcheck.disable',
    'oom_kill_disable',
    'privileged',
    'read_only',
    'stdin_open',
    'tty',
    'volumes.*.read_only',
    'volumes.*.volume.nocopy',
  ]),
  ...rules(toBoolean, [
    'networks.*.external',
    'networks.*.internal',
    'networks.*.attachable',
    'networks.*.enable_ipv4',
    'networks.*.enable_ipv6',
    'volumes.*.external',
    'secrets.*.external',
    'configs.*.external',
  ]),
});

function forService(cast: Cast, attributes: readonly string[]): Record<string, Cast> {
  return rules(
    cast,
    attributes.map((attribute) => `services.*.${attribute}`),
  );
}

function rules(cast: Cast, patterns: readonly string[]): Record<string, Cast> {
  return Object.fromEntries(patterns.map((pattern) => [pattern, cast]));
}
