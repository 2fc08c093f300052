import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { WorkEvent } from '../../../../shared/models/job.ts';
import { bringIn, type BringInRequest } from './bring-in.ts';
import { type ChangedFiles, ChangeGatherer } from './changed-files.ts';
import { ServiceReport } from './service-report.ts';
import { type SyncedFile, targetOf } from './sync-files.ts';
import { TreeWatcher } from './tree-watcher.ts';
import type { ServiceWatch } from './watch-rules.ts';

export interface WatchFilesRequest extends BringInRequest {
  readonly watches: readonly ServiceWatch[];
  readonly report: (event: WorkEvent) => void;
}

/**
 * Follows files as `develop.watch` asks and brings what changes into the services: by copying, rebuilding or
 * restarting. Runs until `signal` aborts; what goes wrong with one change is told, and watching goes on. Raises
 * `watch.failed` when files can't be watched any more.
 */
export async function watchFiles(request: WatchFilesRequest): Promise<void> {
  const { watches, signal } = request;
  const changes = new ChangeGatherer();
  const watcher = new TreeWatcher({
    roots: [...new Set(watches.map(({ root }) => root))],
    skips: (directory) => watches.every((watch) => !concerns(watch, directory) || watch.skips(directory)),
    onChange: (file, existed) => changes.add(file, existed),
    onFailure: (fault) => changes.fail(fault),
  });
  const services = [...new Set(watches.map(({ service }) => service))];
  const reports = new Map(services.map((service) => [service, new ServiceReport(service, request.report)]));
  try {
    await watcher.start();
    for (const [service, report] of reports) {
      const own = watches.filter((watch) => watch.service === service);
      report.watching(own);
      const first = (await Promise.all(own.filter(({ initialSync }) => initialSync).map((watch) => everything(watch)))).flat();
      await bringIn(service, first, [], report, request);
    }
    for await (const gathered of changes.batches({ signal })) {
      const batch = await lasting(gathered);
      for (const [service, report] of reports) {
        const touched = watches.filter((watch) => watch.service === service && batch.some((file) => watch.matches(file)));
        await bringIn(service, syncedFiles(touched, batch), touched, report, request);
      }
    }
    signal?.throwIfAborted();
  } finally {
    watcher.close();
  }
}

/** Whether a directory lies below the watched path or above it. */
function concerns({ root }: ServiceWatch, directory: string): boolean {
  return `${directory}${path.sep}`.startsWith(`${root}${path.sep}`) || root.startsWith(`${directory}${path.sep}`);
}

/** What came and went within one batch was never anybody's business. */
async function lasting(batch: ChangedFiles): Promise<string[]> {
  const judged = await Promise.all([...batch].map(async ([file, existed]) => existed || (await lstat(file).catch(() => undefined)) !== undefined));
  return [...batch.keys()].filter((_, index) => judged[index]);
}

function syncedFiles(watches: readonly ServiceWatch[], batch: readonly string[]): SyncedFile[] {
  const byTarget = new Map<string, SyncedFile>();
  for (const watch of watches.filter(({ target }) => target !== undefined)) {
    for (const file of batch) {
      if (!watch.matches(file)) continue;
      const target = targetOf(watch, file);
      byTarget.set(target, { file, target });
    }
  }
  return [...byTarget.values()];
}

/** All files of a watched path that the rule is about. */
async function everything(watch: ServiceWatch): Promise<SyncedFile[]> {
  if (watch.isFile) return [{ file: watch.root, target: targetOf(watch, watch.root) }];
  const found: SyncedFile[] = [];
  const read = async (directory: string): Promise<void> => {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const file = path.join(directory, entry.name);
      if (entry.isDirectory()) {
        if (!watch.skips(file)) await read(file);
      } else if (watch.matches(file)) found.push({ file, target: targetOf(watch, file) });
    }
  };
  await read(watch.root);
  return found;
}
