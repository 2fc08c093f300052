import { describe, expect, it } from 'vitest';
import { askedConflict, remapText } from '../../../../src/renderer/features/ports/conflict-words.ts';
import type { JobSummary } from '../../../../src/shared/models/job.ts';
import { portConflict } from '../../support/fake-problems.ts';

const failed = (id: string, more: Partial<JobSummary> = {}): JobSummary => ({
  id,
  kind: 'up',
  title: 'Start Sample',
  environmentId: 'sample-1',
  startedAt: '2026-01-10T10:00:00.000Z',
  cancelling: false,
  outcome: { status: 'failed', problem: portConflict },
  ...more,
});
const after = '2026-01-10T09:00:00.000Z';
const asked = (jobs: readonly JobSummary[], answered: readonly string[] = []) => askedConflict(jobs, { after, answered: new Set(answered) })?.jobId;

describe('the start to decide about', () => {
  it('is one that failed for its ports since the window opened', () => {
    expect(asked([failed('a')])).toBe('a');
    expect(asked([failed('a', { startedAt: '2026-01-10T08:00:00.000Z' })])).toBeUndefined();
    expect(asked([failed('a', { outcome: { status: 'failed', problem: { code: 'engine.lost', message: 'Gone.' } } })])).toBeUndefined();
    expect(asked([failed('a', { kind: 'restart' })])).toBeUndefined();
  });

  it('is none once it is answered, or once its environment goes on', () => {
    expect(asked([failed('a')], ['a'])).toBeUndefined();
    expect(asked([failed('b', { outcome: { status: 'succeeded' } }), failed('a')])).toBeUndefined();
    expect(asked([failed('b', { environmentId: 'other', outcome: { status: 'succeeded' } }), failed('a')])).toBe('a');
  });

  it('is not hidden by work beside it', () => {
    expect(asked([failed('b', { kind: 'watch', background: true, outcome: { status: 'cancelled' } }), failed('a')])).toBe('a');
  });
});

describe('what free ports would mean', () => {
  it('names each, and that some are missing', () => {
    expect(remapText([{ port: 80, suggestion: 8080 }])).toBe('Free: 8080 in place of 80. The environment keeps it from then on; its Compose file stays as it is.');
    expect(remapText([{ port: 80, suggestion: 8080 }, { port: 81 }])).toContain('no free port was found');
    expect(remapText([{ port: 81 }])).toBeUndefined();
  });
});
