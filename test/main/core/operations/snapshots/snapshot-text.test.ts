import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../../src/main/core/base/clock.ts';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { Jobs } from '../../../../../src/main/core/jobs/jobs.ts';
import { SnapshotShelf } from '../../../../../src/main/core/operations/snapshots/snapshot-shelf.ts';
import { diffText, readText } from '../../../../../src/main/core/operations/snapshots/snapshot-text.ts';
import { storeFixture } from '../../snapshots/support/store-fixture.ts';

/** Two snapshots of one volume, and what is asked of them. */
async function twoSnapshots() {
  const fixture = await storeFixture();
  const place = await fixture.volumes.make('data');
  const write = (name: string, content: string | Buffer): void => writeFileSync(path.join(place, name), content);
  write('app.ini', 'a=1\nb=2\nc=3\n');
  write('gone.txt', 'was here\n');
  write('image', Buffer.from([1, 0, 2]));
  write('latin', Buffer.from([0x67, 0xfc, 0x6e]));
  write('log', 'line\n'.repeat(200_000));
  const before = (await fixture.capture(['data'])).id;
  write('app.ini', 'a=1\nb=20\nc=3\n');
  write('new.txt', 'hello\n');
  rmSync(path.join(place, 'gone.txt'));
  const after = (await fixture.capture(['data'])).id;
  const jobs = new Jobs({ clock: systemClock, logger: silentLogger });
  const shelf = new SnapshotShelf({ jobs, openStore: () => Promise.resolve(fixture.store) });
  return {
    read: (file: string) => readText(shelf, { snapshotId: before, volume: 'data', path: file }, {}),
    compare: (file: string, earlier = before) => diffText(shelf, { before: earlier, after, volume: 'data', path: file }, {}),
  };
}

describe('files of snapshots as text', () => {
  it('shows text, and says of anything else what it is', async () => {
    const { read } = await twoSnapshots();
    expect(await read('app.ini')).toEqual({ kind: 'text', text: 'a=1\nb=2\nc=3\n', bytes: 12 });
    expect(await read('image')).toEqual({ kind: 'binary', bytes: 3 });
    expect(await read('latin')).toEqual({ kind: 'binary', bytes: 3 });
    expect(await read('log')).toMatchObject({ kind: 'too-long' });
    await expect(read('nowhere')).rejects.toMatchObject({ problem: { code: 'snapshot.not-found' } });
  });

  it('tells which lines changed', async () => {
    const { compare } = await twoSnapshots();
    const lines = [' a=1', '-b=2', '+b=20', ' c=3'];
    expect(await compare('app.ini')).toEqual({ kind: 'text', hunks: [{ oldStart: 1, newStart: 1, lines }] });
  });

  it('compares a file that only one of them has with nothing', async () => {
    const { compare } = await twoSnapshots();
    expect(await compare('new.txt')).toMatchObject({ hunks: [{ lines: ['+hello'] }] });
    expect(await compare('gone.txt')).toMatchObject({ hunks: [{ lines: ['-was here'] }] });
  });

  it('does not pretend to compare what is no text', async () => {
    const { compare } = await twoSnapshots();
    expect(await compare('image')).toEqual({ kind: 'binary' });
    expect(await compare('log')).toMatchObject({ kind: 'too-long' });
  });

  it('refuses a snapshot that is not there', async () => {
    const { compare } = await twoSnapshots();
    await expect(compare('app.ini', 'sha256:ffff')).rejects.toMatchObject({ problem: { code: 'snapshot.not-found' } });
  });
});
