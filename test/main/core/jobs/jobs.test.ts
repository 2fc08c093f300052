import { describe, expect, it } from 'vitest';
import type { JobEvent } from '../../../../src/shared/models/job.ts';
import { reduceJob } from '../../../../src/shared/models/reduce-job.ts';
import { sleep } from '../../../../src/main/core/base/abort.ts';
import { systemClock } from '../../../../src/main/core/base/clock.ts';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { silentLogger } from '../../../../src/main/core/base/logger.ts';
import { Jobs } from '../../../../src/main/core/jobs/jobs.ts';

const newJobs = (): Jobs => new Jobs({ clock: systemClock, logger: silentLogger });

async function collect(events: AsyncIterable<JobEvent>): Promise<JobEvent[]> {
  const all: JobEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('jobs', () => {
  it('replays a finished job exactly as it ended', async () => {
    const jobs = newJobs();
    const id = jobs.start({
      kind: 'up',
      title: 'Start sample',
      run: ({ report }) => {
        report({ type: 'step', step: { id: 'a', title: 'A', state: 'running' } });
        report({ type: 'log', entry: { level: 'info', text: 'hello' } });
        report({ type: 'step', step: { id: 'a', title: 'A', state: 'done' } });
        return Promise.resolve({ url: 'http://127.0.0.1:8080' });
      },
    });
    expect(await jobs.outcome(id)).toEqual({ status: 'succeeded', result: { url: 'http://127.0.0.1:8080' } });

    const replayed = (await collect(jobs.follow(id))).reduce(reduceJob, undefined);
    expect(replayed).toMatchObject({
      id,
      title: 'Start sample',
      steps: [{ id: 'a', state: 'done' }],
      log: [{ level: 'info', text: 'hello' }],
      outcome: { status: 'succeeded' },
    });
  });

  it('gives a follower who comes late the same state as one who came first', async () => {
    const jobs = newJobs();
    let goOn = (): void => undefined;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const id = jobs.start({
      kind: 'pull',
      title: 'Pull',
      run: async ({ report }) => {
        for (let current = 0; current < 100; current += 1) {
          report({ type: 'step', step: { id: 'p', title: 'P', state: 'running', amount: { current, unit: 'bytes' } } });
        }
        await gate;
        report({ type: 'step', step: { id: 'p', title: 'P', state: 'done' } });
        return undefined;
      },
    });
    const first = collect(jobs.follow(id));
    await sleep(5);
    const late = collect(jobs.follow(id));
    await sleep(5);
    goOn();
    const withoutTimes = (events: JobEvent[]): unknown => events.reduce(reduceJob, undefined);
    expect(withoutTimes(await late)).toEqual(withoutTimes(await first));
  });

  it('cancels: the outcome says so and no step looks busy', async () => {
    const jobs = newJobs();
    const id = jobs.start({
      kind: 'up',
      title: 'Start',
      run: async ({ signal, report }) => {
        report({ type: 'step', step: { id: 'a', title: 'A', state: 'running' } });
        await sleep(60_000, { signal });
        return undefined;
      },
    });
    await sleep(1);
    await jobs.cancel(id);
    const job = (await collect(jobs.follow(id))).reduce(reduceJob, undefined);
    expect(job?.outcome).toEqual({ status: 'cancelled' });
    expect(job?.steps).toMatchObject([{ state: 'cancelled' }]);
  });

  it('reports a failure as its Problem, even when it was cancelled too late to matter', async () => {
    const jobs = newJobs();
    const id = jobs.start({
      kind: 'up',
      title: 'Start',
      run: () => Promise.reject(new Fault({ code: 'port.conflict', message: 'Port 80 is taken.' })),
    });
    expect(await jobs.outcome(id)).toEqual({
      status: 'failed',
      problem: { code: 'port.conflict', message: 'Port 80 is taken.' },
    });
  });

  it('lets one job an environment run at a time', async () => {
    const jobs = newJobs();
    const run = ({ signal }: { signal: AbortSignal }): Promise<undefined> => sleep(60_000, { signal }).then(() => undefined);
    const id = jobs.start({ kind: 'up', title: 'Start', environmentId: 'e', run });
    expect(() => jobs.start({ kind: 'down', title: 'Remove', environmentId: 'e', run })).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'environment.busy' }) as unknown }),
    );
    jobs.start({ kind: 'down', title: 'Remove', environmentId: 'other', run });
    await jobs.cancel(id);
    jobs.start({ kind: 'down', title: 'Remove', environmentId: 'e', run });
    await jobs.close();
    expect(jobs.runningFor('e')).toBeUndefined();
  });
});
