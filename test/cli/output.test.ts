import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, exitCodeOfOutcome } from '../../src/cli/exit-codes.ts';
import { planText } from '../../src/cli/output/plan-text.ts';
import { problemText } from '../../src/cli/output/problem-text.ts';
import { lineProgress, liveProgress } from '../../src/cli/output/progress.ts';
import { formatAge, table, type Terminal } from '../../src/cli/output/terminal.ts';
import type { JobEvent, Step } from '../../src/shared/models/job.ts';
import type { ProblemCode } from '../../src/shared/problem.ts';

function fakeTerminal(): { terminal: Terminal; text: () => string } {
  const err = new PassThrough();
  const chunks: string[] = [];
  err.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return {
    terminal: { out: new PassThrough(), err, interactive: false, color: false, width: 40 },
    text: () => chunks.join(''),
  };
}

describe('exit codes', () => {
  it.each<[ProblemCode, number]>([
    ['usage.invalid', 2],
    ['project.invalid', 3],
    ['project.not-found', 3],
    ['engine.unreachable', 4],
    ['engine.lost', 4],
    ['port.conflict', 5],
    ['registry.unauthorized', 6],
    ['image.not-found', 6],
    ['snapshot.damaged', 7],
    ['service.unhealthy', 1],
    ['internal.unexpected', 1],
  ])('%s is %i', (code, expected) => {
    expect(exitCodeOf(code)).toBe(expected);
  });

  it('tells success, failure and cancellation apart', () => {
    expect(exitCodeOfOutcome({ status: 'succeeded' })).toBe(0);
    expect(exitCodeOfOutcome({ status: 'cancelled' })).toBe(130);
    expect(exitCodeOfOutcome({ status: 'failed', problem: { code: 'port.conflict', message: '' } })).toBe(5);
  });
});

describe('text', () => {
  it('prints a Problem with every finding where it is, the hint and the detail', () => {
    const text = problemText(fakeTerminal().terminal, {
      code: 'project.invalid',
      message: 'compose.yaml has 2 errors.',
      hint: 'Mend them.',
      detail: 'line one\nline two',
      diagnostics: [
        { severity: 'error', message: 'no such service', location: { file: 'compose.yaml', line: 3, column: 5 } },
        { severity: 'warning', message: 'obsolete', hint: 'remove it', location: { file: 'compose.yaml' } },
      ],
    });
    expect(text).toBe(
      [
        'Error compose.yaml has 2 errors. [project.invalid]',
        '  compose.yaml:3:5: error: no such service',
        '  compose.yaml: warning: obsolete (remove it)',
        'Hint  Mend them.',
        '  │ line one',
        '  │ line two',
        '',
      ].join('\n'),
    );
  });

  it('prints a plan with its reasons and warns of lost data', () => {
    const text = planText(fakeTerminal().terminal, {
      projectName: 'shop',
      intent: 'up',
      hash: 'abc',
      unchanged: ['cache'],
      warnings: ['network x is not ours'],
      steps: [
        { id: '1', action: 'remove-volume', subject: 'shop_data', reason: 'asked for', after: [], destructive: true },
        {
          id: '2',
          action: 'start-container',
          subject: 'shop-web-1',
          reason: 'stopped',
          after: ['1'],
          waits: [{ service: 'db', condition: 'service_healthy', required: true }],
        },
      ],
    });
    expect(text).toBe(
      [
        'warning network x is not ours',
        '- remove volume shop_data (asked for) data is lost',
        '▶ start container shop-web-1 (stopped) after db healthy',
        'unchanged: cache',
        'plan abc',
        '',
      ].join('\n'),
    );
  });

  it('aligns tables and leaves no blanks at line ends', () => {
    expect(table(['A', 'LONG'], [['x', ''], ['yyy', 'z']])).toBe('A    LONG\nx\nyyy  z\n');
  });

  it.each([
    [0, '0 s ago'],
    [-5, '0 s ago'],
    [61, '1 min ago'],
    [7200, '2 h ago'],
    [200_000, '2 d ago'],
  ])('prints an age of %i s as %s', (seconds, expected) => {
    const now = new Date('2026-01-01T00:00:00Z');
    expect(formatAge(new Date(now.getTime() - seconds * 1000), now)).toBe(expected);
  });
});

describe('progress', () => {
  const step = (state: Step['state'], detail?: string): JobEvent => ({
    type: 'step',
    at: '2026-01-01T00:00:00Z',
    step: { id: 'db', title: 'db', state, ...(detail ? { detail } : {}) },
  });

  it('prints one line a change of state, and why it waits when the reason changes and not just a number in it', () => {
    const { terminal, text } = fakeTerminal();
    const view = lineProgress(terminal);
    for (const event of [step('pending'), step('running'), step('running', '3 MB'), step('waiting', 'probe 1 said: no (next in 2 s)'), step('waiting', 'probe 2 said: no'), step('waiting', 'probe 3 said: soon'), step('done')]) {
      view.event(event);
    }
    view.end();
    expect(text()).toBe('• db\n… db — probe 1 said: no (next in 2 s)\n… db — probe 3 said: soon\n✔ db\n');
  });

  it('draws the last state and cuts lines to the width of the terminal', () => {
    const { terminal, text } = fakeTerminal();
    const view = liveProgress(terminal);
    view.event({ type: 'started', job: { id: '1', kind: 'up', title: 'Start', startedAt: '2026-01-01T00:00:00Z' } });
    view.event(step('waiting', 'x'.repeat(100)));
    view.end();
    const last = text().split('\u001b[0J').at(-1) ?? '';
    expect(last.startsWith('… db  xxx')).toBe(true);
    expect(last.trimEnd().length).toBeLessThanOrEqual(40);
  });
});
