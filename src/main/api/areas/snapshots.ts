import path from 'node:path';
import { defined } from '../../../shared/defined.ts';
import { diffText, readText } from '../../core/operations/snapshots/snapshot-text.ts';
import { guarded } from '../guarded.ts';
import type { Implementation, RouterParts } from '../implementation.ts';

/** The area `snapshots` of the contract. */
export const snapshotsArea = (api: Implementation['snapshots'], { core, desktop }: RouterParts) => ({
  watch: api.watch.handler(({ input, signal }) => guarded(core.feeds.snapshots(input.environmentId, { signal }))),
  create: api.create.handler(({ input: { environmentId, ...request } }) => ({
    jobId: core.snapshots.create(core.library.get(environmentId), { ...request, kind: 'manual' }),
  })),
  restore: api.restore.handler(({ input }) => ({ jobId: core.snapshots.restore(core.library.get(input.environmentId), input) })),
  reset: api.reset.handler(({ input }) => ({ jobId: core.snapshots.reset(core.library.get(input.environmentId), input.to, input) })),
  undo: api.undo.handler(({ input }) => ({ jobId: core.snapshots.undo(core.library.get(input.environmentId)) })),
  preview: api.preview.handler(({ input, signal }) => core.snapshots.preview(core.library.get(input.environmentId), input, { signal })),
  verify: api.verify.handler(({ input }) => ({ jobId: core.shelf.verify(input.snapshotId) })),
  remove: api.remove.handler(({ input, signal }) => core.shelf.remove([input.snapshotId], { signal }).then(() => undefined)),
  describe: api.describe.handler(({ input: { snapshotId, ...notes }, signal }) =>
    core.shelf.annotate(snapshotId, defined(notes), { signal }),
  ),
  details: api.details.handler(({ input, signal }) => core.shelf.get(input.snapshotId, { signal })),
  usage: api.usage.handler(({ signal }) => core.shelf.usage({ signal })),
  browse: api.browse.handler(async ({ input, signal }) => [...(await core.shelf.browse(input, { signal }))]),
  readText: api.readText.handler(({ input, signal }) => readText(core.shelf, input, { signal })),
  diff: api.diff.handler(({ input, signal }) => core.shelf.diff(input, { signal })),
  diffText: api.diffText.handler(({ input, signal }) => diffText(core.shelf, input, { signal })),
  saveFile: api.saveFile.handler(async ({ input, signal }) => {
    const chosen = await desktop.pickSave({ title: 'Save a file of the snapshot', name: path.posix.basename(input.path) });
    if (chosen) await core.shelf.extract({ ...input, to: chosen.path }, { signal });
    return chosen && { file: chosen.path };
  }),
  export: api.export.handler(async ({ input, signal }) => {
    const { name } = await core.shelf.get(input.snapshotId, { signal });
    const chosen = await desktop.pickSave({ title: 'Export a snapshot', name: `${fileName(name)}.slipway-snapshot.tar` });
    return chosen && { jobId: core.sharing.export(input.snapshotId, chosen.path, input) };
  }),
  import: api.import.handler(async ({ input }) => {
    const chosen = await desktop.pickOpen({ title: 'Import a snapshot', label: 'Import', kind: 'Snapshots', extensions: ['tar'] });
    return chosen && { jobId: core.sharing.import(chosen.path, input) };
  }),
  mask: api.mask.handler(({ input }) => ({ jobId: core.masking.mask(core.library.get(input.environmentId), input.snapshotId) })),
  databases: api.databases.handler(async ({ input, signal }) => [...(await core.shelf.databases(input.snapshotId, { signal }))]),
  schedule: api.schedule.handler(({ input }) => core.schedules.get(core.library.get(input.environmentId)) ?? null),
  setSchedule: api.setSchedule.handler(({ input }) => core.schedules.set(core.library.get(input.environmentId), input.schedule ?? undefined)),
  push: api.push.handler(({ input: { snapshotId, reference, ...options } }) => ({ jobId: core.sharing.push(snapshotId, reference, options) })),
  pull: api.pull.handler(({ input: { environmentId, reference, unlocking } }) => ({
    jobId: core.sharing.pull(reference, { unlocking, environment: core.library.get(environmentId) }),
  })),
});

/** A snapshot's name without what no file system takes. */
function fileName(name: string): string {
  return name.replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, '-');
}
