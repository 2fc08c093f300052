import { sleep } from '../../../src/main/core/base/abort.ts';
import type { ServiceLogLine } from '../../../src/shared/models/log.ts';
import { sampleServices } from './fake-environments.ts';

/** Four hundred lines at once, then some more every second, of all services or one. */
export async function* sampleLogs(service: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<ServiceLogLine, void, void> {
  for (let number = 0; ; number += 1) {
    if (number > 400) await sleep(400, { signal });
    const facts = sampleServices[number % sampleServices.length];
    if (!facts || (service !== undefined && facts.name !== service)) continue;
    yield {
      service: facts.name,
      container: `sample-${facts.name}-1`,
      stream: number % 23 === 0 ? 'stderr' : 'stdout',
      at: new Date().toISOString(),
      text: number % 23 === 0 ? 'WARN  slow query took 812 ms' : `GET /notes/${number} 200 ${number % 40} ms`,
    };
  }
}
