import { expect, test } from 'vitest';
import { TransferFold, type TransferLine } from '../../../../src/main/core/engine/transfer-fold.ts';

const fold = (lines: readonly TransferLine[]) => {
  const folded = new TransferFold('app:1');
  return [folded.start(), ...lines.flatMap((line) => folded.add(line) ?? []), folded.done()];
};
const layer = (id: string, status: string, current?: number, total?: number): TransferLine => ({
  id,
  status,
  ...(total !== undefined && { progressDetail: { current: current ?? 0, total } }),
});

test('layers that overtake each other add up to one progress that never goes back', () => {
  const states = fold([
    { status: 'Pulling from library/app', id: '1' },
    layer('a', 'Pulling fs layer'),
    layer('b', 'Pulling fs layer'),
    layer('c', 'Already exists'),
    layer('b', 'Downloading', 50, 100),
    layer('a', 'Downloading', 10, 400),
    layer('b', 'Download complete'),
    layer('b', 'Extracting', 3, 100),
    layer('a', 'Downloading', 5, 400),
    layer('a', 'Verifying Checksum'),
    layer('a', 'Pull complete'),
    layer('b', 'Pull complete'),
    { status: `Digest: sha256:${'d'.repeat(64)}` },
    { status: 'Status: Downloaded newer image for app:1' },
  ]);
  const bytes = states.map(({ downloadedBytes }) => downloadedBytes);
  expect(bytes).toEqual([...bytes].sort((one, other) => one - other));
  expect(states.map(({ phase }) => phase)).toEqual([
    'resolving',
    ...Array.from({ length: 7 }, () => 'downloading'),
    ...Array.from({ length: 3 }, () => 'extracting'),
    'done',
  ]);
  expect(states.at(-1)).toMatchObject({ downloadedBytes: 500, totalBytes: 500, digest: `sha256:${'d'.repeat(64)}` });
  expect(states.at(-1)?.layers).toEqual([
    { id: 'a', state: 'done', currentBytes: 400, totalBytes: 400 },
    { id: 'b', state: 'done', currentBytes: 100, totalBytes: 100 },
    { id: 'c', state: 'present', currentBytes: 0, totalBytes: 0 },
  ]);
});

test('lines that change nothing yield nothing', () => {
  const folded = new TransferFold('app:1');
  expect(folded.add(layer('a', 'Downloading', 1, 2))).toBeDefined();
  expect(folded.add(layer('a', 'Downloading', 1, 2))).toBeUndefined();
  expect(folded.add({ status: 'Pulling from library/app' })).toBeUndefined();
});
