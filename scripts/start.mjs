import { spawn } from 'node:child_process';
import { electronEnvironment, electronExecutable } from './lib/electron.mjs';
import { root } from './lib/paths.mjs';
import { fail, say, SetUpError, step } from './lib/report.mjs';
import { buildWhenChanged } from './lib/steps/build.mjs';
import { debianPackages, electronPackages, screenPackages } from './lib/steps/debian-packages.mjs';
import { dockerEngine } from './lib/steps/docker-engine.mjs';
import { electronRuntime } from './lib/steps/electron-runtime.mjs';
import { networkHelper } from './lib/steps/network-helper.mjs';
import { npmPackages } from './lib/steps/npm-packages.mjs';
import { sampleRegistry } from './lib/steps/sample-images.mjs';
import { helperPackages, volumeHelper } from './lib/steps/volume-helper.mjs';

const screen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;

/** @type {import('./lib/steps/sample-images.mjs').SampleRegistry | undefined} */
let registry;
try {
  await step('npm packages', npmPackages);
  await orGoOn('System libraries', (log) => debianPackages([...electronPackages, ...(screen ? [] : screenPackages)], log));
  await step('Electron runtime', electronRuntime);
  await step('Build', buildWhenChanged);
  await orGoOn('Volume helper', async (log) => {
    await debianPackages(helperPackages, log);
    return volumeHelper(log);
  });
  await orGoOn('Network helper', networkHelper);
  if (!screen) throw new SetUpError('There is no screen here: DISPLAY is not set.', 'Try: xvfb-run -a npm start');
  await orGoOn('Docker engine', dockerEngine);
  await orGoOn('Images of the sample environment', async (log) => {
    if (process.env.SLIPWAY_SAMPLE_REGISTRY) return `from ${process.env.SLIPWAY_SAMPLE_REGISTRY}`;
    registry = await sampleRegistry(log);
    return `served by ${registry.registry}`;
  });
  try {
    process.exitCode = await runApp();
  } finally {
    await registry?.stop();
  }
} catch (error) {
  fail(error);
}

/**
 * A step whose lack the app itself can explain, or live without: what is missing is said, and the app starts.
 *
 * @param {string} title
 * @param {(log: (text: string) => void) => Promise<string>} work
 */
async function orGoOn(title, work) {
  try {
    await step(title, work);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    say(`› ${title} … not ready. ${error.message}${error.advice ? `\n    ${error.advice}` : ''}`);
  }
}

/** Runs the app with the arguments of this command and resolves with its exit code. @returns {Promise<number>} */
function runApp() {
  const executable = electronExecutable();
  if (!executable) throw new SetUpError('The Electron runtime is missing.', 'Run npm start again.');
  // Chromium's sandbox refuses to work for root.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  say('› Slipway');
  const app = spawn(executable, [...asRoot, root, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...electronEnvironment(executable), ...(registry ? { SLIPWAY_SAMPLE_REGISTRY: registry.registry } : {}) },
  });
  /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP']).forEach((name) => process.on(name, () => app.kill(name)));
  return new Promise((resolve, reject) => {
    app.once('error', reject);
    app.once('exit', (code) => resolve(code ?? 128));
  });
}
