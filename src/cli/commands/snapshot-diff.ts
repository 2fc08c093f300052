import type { Command } from 'commander';
import { Fault } from '../../main/core/base/fault.ts';
import { diffText } from '../../main/core/operations/snapshots/snapshot-text.ts';
import { formatBytes } from '../../shared/format-bytes.ts';
import type { DifferentEntry, TextDifference } from '../../shared/models/snapshot.ts';
import type { CommandContext, TargetOptions } from '../context.ts';
import type { Run } from '../program.ts';
import { snapshotSource } from './snapshot-source.ts';

interface DiffOptions extends TargetOptions {
  readonly file?: readonly string[];
  readonly text?: string;
}

/** `slipway snapshot diff`: between two snapshots, or one and now. */
export function addSnapshotDiffCommand(snapshot: Command, run: Run): void {
  snapshot
    .command('diff <before> [after]')
    .description('files added (+), removed (-) and changed (~) from one snapshot to another, or to what its environment has now')
    .option('--text <volume:path>', 'what changed in this file, as text')
    .action(
      run(async (context, before: string, after: string | undefined, options: DiffOptions) => {
        if (options.text !== undefined) await showText(context, before, after, options.text);
        else if (after === undefined) await showSince(context, before, options);
        else await showBetween(context, before, after);
      }),
    );
}

async function showBetween(context: CommandContext, before: string, after: string): Promise<void> {
  const difference = await context.core.shelf.diff({ before, after }, context);
  context.print(difference, () => entriesText(difference.entries, difference) + `${Object.entries(difference.counts).map(([kind, count]) => `${count} ${kind}`).join(', ')}\n`);
}

/** What a restore would do, seen the other way round. */
async function showSince(context: CommandContext, before: string, options: TargetOptions): Promise<void> {
  const record = await snapshotSource(context, before, undefined, options);
  const { volumes, entries, complete } = await context.core.snapshots.preview(record, { snapshotId: before }, context);
  const sum = (kind: 'added' | 'removed' | 'changed'): number => volumes.reduce((total, volume) => total + volume[kind], 0);
  const since = { counts: { added: sum('removed'), removed: sum('added'), changed: sum('changed') }, entries: entries.map(reversed), complete };
  context.print(since, () => entriesText(since.entries, since) + `${since.counts.added} added, ${since.counts.removed} removed, ${since.counts.changed} changed\n`);
}

function reversed({ kind, sizeBefore, sizeAfter, ...entry }: DifferentEntry): DifferentEntry {
  const other = kind === 'added' ? 'removed' : kind === 'removed' ? 'added' : kind;
  return {
    ...entry,
    kind: other,
    ...(sizeAfter === undefined ? {} : { sizeBefore: sizeAfter }),
    ...(sizeBefore === undefined ? {} : { sizeAfter: sizeBefore }),
  };
}

async function showText(context: CommandContext, before: string, after: string | undefined, place: string): Promise<void> {
  const [, volume, path] = /^([^:]+(?::\/[^:]*)?):(.+)$/.exec(place) ?? [];
  if (after === undefined) throw new Fault({ code: 'usage.invalid', message: '--text compares two snapshots.', hint: 'Take one of now with `slipway snapshot create`, and name it too.' });
  if (volume === undefined || path === undefined) throw new Fault({ code: 'usage.invalid', message: `“${place}” is not VOLUME:PATH.`, hint: 'Write it as `slipway snapshot diff` without --text does.' });
  const difference = await diffText(context.core.shelf, { before, after, volume, path }, context);
  context.print(difference, () => differenceText(difference));
}

function differenceText(difference: TextDifference): string {
  switch (difference.kind) {
    case 'text':
      return difference.hunks.map(({ oldStart, newStart, lines }) => [`@@ -${oldStart} +${newStart} @@`, ...lines].map((line) => `${line}\n`).join('')).join('');
    case 'binary':
      return 'It is no text.\n';
    case 'too-long':
      return `It is longer than ${formatBytes(difference.limit)}.\n`;
  }
}

const signs = { added: '+', removed: '-', content: '~', metadata: 'm' } as const;

function entriesText(entries: readonly DifferentEntry[], { complete }: { readonly complete: boolean }): string {
  const lines = entries.map(({ kind, volume, path, sizeBefore, sizeAfter }) => {
    const sizes = [sizeBefore, sizeAfter].filter((size) => size !== undefined).map(formatBytes);
    return `${signs[kind]} ${volume}:${path}  ${sizes.join(' → ')}`.trimEnd();
  });
  return [...lines, ...(complete ? [] : ['… more than can be shown'])].map((line) => `${line}\n`).join('');
}
