import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = path.resolve(import.meta.dirname, '../../../../..');

/**
 * Builds the thread's entry as the app's build does and returns its address. It lies within the checkout, because the
 * packages that it imports are looked up from there.
 */
export async function buildWorker(directory: string): Promise<URL> {
  const outDir = path.join(root, '.cache', 'test-worker', path.basename(directory));
  await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: {
      ssr: path.join(root, 'src/main/core/snapshots/jobs/worker.ts'),
      target: 'node20',
      outDir,
      emptyOutDir: true,
      rolldownOptions: { output: { format: 'es', entryFileNames: 'snapshot-worker.js' } },
    },
  });
  return pathToFileURL(path.join(outDir, 'snapshot-worker.js'));
}

/** Takes away what `buildWorker` made. */
export function builtWorkerDirectory(worker: URL): URL {
  return new URL('.', worker);
}
