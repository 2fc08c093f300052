import { describe, expect, it } from 'vitest';
import { appendLines, searchLines } from '../../../../src/renderer/features/logs/log-buffer.ts';
import type { ServiceLogLine } from '../../../../src/shared/models/log.ts';

function lineAt(second: number, text = `line ${second}`, service = 'web'): ServiceLogLine {
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  return { service, container: `${service}-1`, stream: 'stdout', at, text };
}
const texts = (lines: readonly ServiceLogLine[]): string[] => lines.map(({ text }) => text);

describe('appendLines', () => {
  it('keeps the newest lines within the limit', () => {
    const lines = appendLines([lineAt(1), lineAt(2)], [lineAt(3), lineAt(4)], 3);
    expect(texts(lines)).toEqual(['line 2', 'line 3', 'line 4']);
  });

  it('takes no more than the limit at once', () => {
    expect(texts(appendLines([lineAt(1)], [lineAt(2), lineAt(3), lineAt(4)], 2))).toEqual(['line 3', 'line 4']);
  });

  it('puts lines of services that are read one after the other into the order in which they were written', () => {
    const database = [lineAt(1, 'db 1'), lineAt(3, 'db 3')];
    const web = [lineAt(2, 'web 2'), lineAt(3, 'web 3')];
    expect(texts(appendLines(database, web))).toEqual(['db 1', 'web 2', 'db 3', 'web 3']);
  });

  it('leaves both lists as they were', () => {
    const lines = Object.freeze([lineAt(2)]);
    const more = Object.freeze([lineAt(1)]);
    expect(texts(appendLines(lines, more))).toEqual(['line 1', 'line 2']);
  });
});

describe('searchLines', () => {
  const lines = [lineAt(1, 'GET /notes 200'), lineAt(2, 'ERROR out of memory', 'db')];
  it.each([
    ['', 2],
    ['  ', 2],
    ['get notes', 1],
    ['notes GET', 1],
    ['DB error', 1],
    ['get memory', 0],
  ])('“%s” finds %d', (search, found) => {
    expect(searchLines(lines, search)).toHaveLength(found);
  });
});
