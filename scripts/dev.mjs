import path from 'node:path';
import { electronEnvironment, electronExecutable } from './lib/electron.mjs';
import { root } from './lib/paths.mjs';
import { fail, step } from './lib/report.mjs';
import { runVisibly } from './lib/run.mjs';
import { electronRuntime } from './lib/steps/electron-runtime.mjs';
import { npmPackages } from './lib/steps/npm-packages.mjs';

/** The app with live reload. Arguments go to `electron-vite dev`. */
try {
  await step('npm packages', npmPackages);
  await step('Electron runtime', electronRuntime);
  const asRoot = process.getuid?.() === 0 ? ['--noSandbox'] : [];
  const tool = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  process.exitCode = await runVisibly(process.execPath, [tool, 'dev', ...asRoot, ...process.argv.slice(2)], {
    cwd: root,
    env: electronEnvironment(electronExecutable() ?? ''),
  });
} catch (error) {
  fail(error);
}
