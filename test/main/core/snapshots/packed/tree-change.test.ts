import { describe, expect, it } from 'vitest';
import { ModelVolume } from '../support/model-volume.ts';
import { type StateEntry, States } from '../support/states.ts';

const file = (path: string, content: string, more: Partial<StateEntry> = {}): StateEntry => ({ path, content, ...more });
const directory = (path: string, more: Partial<StateEntry> = {}): StateEntry => ({ path, ...more });
const hardlink = (path: string, target: string): StateEntry => ({ path, type: 'hardlink', target });
const symlink = (path: string, target: string): StateEntry => ({ path, type: 'symlink', target });

/** Turns one state into another; what the volume holds then must be what a restore from nothing gives. */
async function change(states: States, now: string, wanted: string): Promise<readonly string[]> {
  const { volume, progress } = await states.change(now, wanted);
  const anew = new ModelVolume();
  await states.apply(anew, { snapshotId: wanted });
  expect(volume.describe()).toEqual(anew.describe());
  const last = progress.at(-1);
  expect(last?.bytes).toBe(last?.totalBytes);
  expect(last?.files).toBe(anew.nodes.size);
  return volume.log;
}

async function changeBetween(now: readonly StateEntry[], wanted: readonly StateEntry[]): Promise<readonly string[]> {
  const states = await States.make();
  const wantedId = await states.snapshot(wanted);
  return change(states, await states.snapshot(now), wantedId);
}

describe('what is the same in both states', () => {
  const files = (count: number): readonly StateEntry[] => Array.from({ length: count }, (_, number) => file(`file ${number}`, `content ${number}`));

  it('is not touched, nor counted one by one', async () => {
    const states = await States.make();
    const id = await states.snapshot(files(500));
    const { volume, progress } = await states.change(id, id);
    expect(volume.log).toEqual([]);
    expect(progress).toHaveLength(1);
    expect(progress[0]).toMatchObject({ files: 501, bytes: progress[0]?.totalBytes });
  });

  it('is told apart though the indexes number the packs differently', async () => {
    const states = await States.make();
    const first = await states.snapshot([file('b', 'in the first pack')]);
    const second = await states.snapshot([file('b', 'in the first pack'), file('c', 'in the second pack')]);
    const third = await states.snapshot([file('a', 'in the third pack'), file('b', 'in the first pack'), file('c', 'in the second pack')]);
    expect(await change(states, third, second)).toEqual(['R a', 'E ']);
    expect(await change(states, second, third)).toEqual(['E ', 'E+ a']);
    expect(await change(states, third, first)).toEqual(['R c', 'R a', 'E ']);
  });

  it('is not mistaken for what has the same line but lies in another pack', async () => {
    const states = await States.make();
    const one = await states.snapshot([file('a', 'one text')]);
    const other = await states.snapshot([file('a', 'another!')]);
    expect(await change(states, one, other)).toEqual(['E a']);
  });

  it('may stand elsewhere in the index, as archives have another order', async () => {
    const entries = [directory('d'), file('d/x', 'x'), file('d/y', 'y'), ...files(50), directory('e'), file('e/z', 'z'), hardlink('e/zz', 'd/x')];
    const reordered = [directory('e'), file('e/z', 'z'), ...files(50).toReversed(), directory('d'), file('d/y', 'y'), file('d/x', 'x'), hardlink('e/zz', 'd/x')];
    expect(await changeBetween(entries, reordered)).toEqual([]);
    const other = reordered.map((entry) => (entry.path === 'd/y' ? file('d/y', 'changed') : entry)).filter(({ path }) => path !== 'file 7');
    expect(await changeBetween(entries, other)).toEqual(['R file 7', 'E ', 'E d/y']);
  });

  it('may have a content list of several lines', async () => {
    const runs = (last: string): string => Array.from({ length: 9000 }, (_, number) => `${number % 2 === 0 ? 'even' : 'odd '}${last}`.padEnd(8192)).join('');
    const states = await States.make();
    const before = await states.snapshot([file('long', runs('')), file('next', 'a')]);
    const after = await states.snapshot([file('long', `${runs('').slice(0, -8192)}${'other'.padEnd(8192)}`), file('next', 'b')]);
    expect(await change(states, before, after)).toEqual(['E long', 'E next']);
    expect(await change(states, before, before)).toEqual([]);
  }, 30_000);
});

describe('names of one file', () => {
  it('are made and removed without touching the file', async () => {
    const [one, two] = [[file('a', 'content')], [file('a', 'content'), hardlink('b', 'a'), hardlink('c', 'a')]];
    expect(await changeBetween(one, two)).toEqual(['E ', 'E+ b', 'E+ c']);
    expect(await changeBetween(two, one)).toEqual(['R c', 'R b', 'E ']);
  });

  it('become files of their own, and the other way round', async () => {
    const linked = [file('a', 'content'), hardlink('b', 'a'), hardlink('c', 'a')];
    const apart = [file('a', 'changed'), file('b', 'content'), hardlink('c', 'a')];
    expect(await changeBetween(linked, apart)).toEqual(['R b', 'E ', 'E a', 'E+ b']);
    expect(await changeBetween(apart, linked)).toEqual(['R b', 'E ', 'E a', 'E+ b']);
  });

  it('are made again when what they name is replaced, though their own entries are the same', async () => {
    const before = [directory('d'), symlink('d/a', 'old'), hardlink('d/b', 'd/a'), directory('e'), hardlink('e/c', 'd/b'), file('f', 'x')];
    const after = before.map((entry) => (entry.path === 'd/a' ? symlink('d/a', 'new') : entry));
    expect(await changeBetween(before, after)).toEqual(['R d/b', 'R e/c', 'R d/a', 'E d', 'E+ d/a', 'E+ d/b', 'E e', 'E+ e/c']);
    const asFile = before.map((entry) => (entry.path === 'd/a' ? file('d/a', 'content') : entry));
    await changeBetween(before, asFile);
    await changeBetween(asFile, before);
  });

  it('may change which of them comes first', async () => {
    await changeBetween([file('a', 'content'), hardlink('b', 'a')], [file('b', 'content'), hardlink('a', 'b')]);
  });
});

describe('directories', () => {
  it('get their time again when names in them are made or removed, and are otherwise left alone', async () => {
    const before = [directory('a'), directory('a/b'), file('a/b/c', 'c'), directory('d'), file('d/e', 'e')];
    expect(await changeBetween(before, [...before, file('d/f', 'f')])).toEqual(['E d', 'E+ d/f']);
    expect(await changeBetween(before, [directory('a'), directory('a/b'), ...before.slice(3)])).toEqual(['R a/b/c', 'E a/b']);
    expect(await changeBetween(before, before.slice(3))).toEqual(['R a/b/c', 'R a/b', 'R a', 'E ']);
    expect(await changeBetween(before, [directory('a', { mode: 0o700 }), ...before.slice(1)])).toEqual(['E a']);
  });

  it('give way to files and come back', async () => {
    const before = [directory('a'), directory('a/b'), file('a/b/c', 'c')];
    await changeBetween(before, [file('a', 'now a file')]);
    await changeBetween([file('a', 'now a file')], before);
  });
});

describe('a snapshot that is made to harm', () => {
  const root = [directory('d'), symlink('link', '/etc'), file('f', 'x')];

  it.each<[string, readonly StateEntry[]]>([
    ['a file below a link that is there', [...root, file('link/passwd', 'x')]],
    ['a file below nothing', [...root, file('nowhere/passwd', 'x')]],
    ['a file above the root', [...root, file('../passwd', 'x')]],
    ['a link to what is not in the snapshot', [...root, hardlink('h', 'link/passwd')]],
    ['a link to a directory', [...root, hardlink('h', 'd')]],
    ['a path twice, both new', [...root, file('n', 'x'), symlink('n', '/etc')]],
    ['a directory that is there, and is a link then', [...root, symlink('d', '/etc'), file('d/passwd', 'x')]],
    ['a file before its directory', [file('n/passwd', 'x'), directory('n'), ...root]],
  ])('is refused: %s', async (_title, entries) => {
    await expect(changeBetween(root, entries)).rejects.toMatchObject({ problem: { code: 'snapshot.damaged' } });
  });
});

/** Xorshift. */
function numbers(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Some tree, in an order that an index may have. */
function someTree(next: (below: number) => number): readonly StateEntry[] {
  const entries: StateEntry[] = [];
  const under = ['', 'd0/', 'd1/', 'd0/e/'].filter((prefix, at) => at === 0 || next(4) > 0 || prefix === 'd0/');
  for (const prefix of under) {
    if (prefix !== '') entries.push(directory(prefix.slice(0, -1), { mtime: next(2) }));
    for (let count = next(5); count >= 0; count -= 1) {
      const path = `${prefix}${'stuvw'.charAt(count)}`;
      const links = entries.filter(({ content, type }) => content !== undefined || type === 'hardlink' || type === 'symlink');
      const target = links[next(links.length || 1)]?.path;
      const kind = next(6);
      if (kind === 0) entries.push(symlink(path, `to ${next(2)}`));
      else if (kind === 1 && target !== undefined) entries.push(hardlink(path, target));
      else if (kind === 2) entries.push({ path, type: 'fifo', mtime: next(2) });
      else entries.push(file(path, `content ${next(3)}`.repeat(1 + next(2)), { mode: 0o600 + next(2) }));
    }
  }
  return entries;
}

describe('any two trees', () => {
  it('are turned into one another', { timeout: 120_000 }, async () => {
    const next = numbers(7);
    for (let round = 0; round < 4; round += 1) {
      const states = await States.make();
      const ids: string[] = [];
      for (let count = 0; count < 5; count += 1) ids.push(await states.snapshot(someTree(next)));
      for (const now of ids) for (const wanted of ids) await change(states, now, wanted);
    }
  });
});
