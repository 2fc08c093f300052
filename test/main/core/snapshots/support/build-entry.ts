import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rm } from 'node:fs/promises';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../../../../..');

/** The thread's entry. */
export const workerSource = 'src/main/core/snapshots/jobs/worker.ts';

/**
 * Builds a Node entry as the app's build does and returns its address; `name` keeps apart what runs at the same time. It lies
 * within the checkout, because the packages that it imports are looked up from there.
 */
export async function buildEntry(source: string, name: string): Promise<URL> {
  const outDir = path.join(root, '.cache', 'test-entries', `${name}-${process.pid}`);
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: path.join(root, source),
      target: 'node20',
      outDir,
      emptyOutDir: true,
      rolldownOptions: { output: { format: 'es', entryFileNames: 'entry.js' } },
    },
  });
  return pathToFileURL(path.join(outDir, 'entry.js'));
}

/** Takes away what `buildEntry` made. */
export async function removeEntry(entry: URL): Promise<void> {
  await rm(path.dirname(fileURLToPath(entry)), { recursive: true, force: true });
}
