import { expect, test } from 'vitest';
import { sample } from '../../../../../src/main/core/engine/dockerode/stats.ts';

const cpu = (total: number, system: number) => ({ cpu_usage: { total_usage: total }, system_cpu_usage: system, online_cpus: 4 });

test('counts as docker stats does', () => {
  const result = sample({
    read: '2024-05-06T07:08:09.5Z',
    cpu_stats: cpu(3_000_000, 104_000_000),
    precpu_stats: cpu(1_000_000, 100_000_000),
    memory_stats: { usage: 1000, limit: 8000, stats: { inactive_file: 300 } },
    networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
    blkio_stats: { io_service_bytes_recursive: [{ op: 'Read', value: 5 }, { op: 'write', value: 7 }, { op: 'Read', value: 1 }] },
  });
  expect(result).toEqual({
    at: new Date('2024-05-06T07:08:09.5Z'),
    cpu: 2,
    memoryBytes: 700,
    memoryLimitBytes: 8000,
    networkReceivedBytes: 11,
    networkSentBytes: 22,
    blockReadBytes: 6,
    blockWrittenBytes: 7,
  });
});

test('is zero for a container without network, disk or a sample before', () => {
  const first = { cpu_usage: { total_usage: 0 } };
  const result = sample({ read: '2024-05-06T07:08:09Z', cpu_stats: cpu(5, 0), precpu_stats: first, memory_stats: {}, networks: null });
  expect(result).toMatchObject({ cpu: 0, memoryBytes: 0, networkReceivedBytes: 0, blockReadBytes: 0 });
});
