import type { Cancellable } from '../../base/abort.ts';
import type { ContainerStats } from '../containers.ts';
import { aboutContainer } from './attempt.ts';
import { jsonLines } from './json-lines.ts';
import type { Transport } from './transport.ts';
import type { WireStats } from './wire.ts';

/** See `Containers.stats`. */
export async function* containerStats(
  transport: Transport,
  id: string,
  { once = false, signal }: Cancellable & { readonly once?: boolean },
): AsyncGenerator<ContainerStats> {
  const request = {
    path: `/containers/${encodeURIComponent(id)}/stats`,
    query: { stream: !once },
    attempt: aboutContainer('measure', id),
    signal,
  };
  const response = await transport.stream(request);
  try {
    for await (const wire of jsonLines(response)) yield sample(wire as WireStats);
  } catch (error) {
    throw transport.failure(error, request);
  } finally {
    response.destroy();
  }
}

/** The arithmetic of `docker stats` (docker/cli, cli/command/container/stats_helpers.go). */
export function sample(wire: WireStats): ContainerStats {
  const memory = wire.memory_stats;
  const cache = memory.stats?.['total_inactive_file'] ?? memory.stats?.['inactive_file'] ?? 0;
  const usage = memory.usage ?? 0;
  const networks = Object.values(wire.networks ?? {});
  const blocks = wire.blkio_stats?.io_service_bytes_recursive ?? [];
  const blockBytes = (operation: string): number =>
    sum(blocks.filter(({ op }) => op.toLowerCase() === operation).map(({ value }) => value));
  return {
    at: new Date(wire.read),
    cpu: cpuShare(wire),
    memoryBytes: cache < usage ? usage - cache : usage,
    memoryLimitBytes: memory.limit ?? 0,
    networkReceivedBytes: sum(networks.map(({ rx_bytes }) => rx_bytes)),
    networkSentBytes: sum(networks.map(({ tx_bytes }) => tx_bytes)),
    blockReadBytes: blockBytes('read'),
    blockWrittenBytes: blockBytes('write'),
  };
}

function cpuShare({ cpu_stats: now, precpu_stats: before }: WireStats): number {
  const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const passed = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  const cpus = now.online_cpus ?? now.cpu_usage.percpu_usage?.length ?? 1;
  return used > 0 && passed > 0 ? (used / passed) * cpus : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
