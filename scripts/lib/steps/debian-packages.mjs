import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { withLock } from '../lock.mjs';
import { SetUpError } from '../report.mjs';
import { inPath, run } from '../run.mjs';

/** What a window needs, on a screen or under Xvfb; `xdg-utils` opens links in the browser, `unzip` unpacks the runtime. */
export const electronPackages = [
  ...['libnss3', 'libgtk-3-0', 'libgbm1', 'libasound2', 'libatk-bridge2.0-0', 'libcups2', 'libdrm2', 'libxss1'],
  ...['fonts-dejavu-core', 'unzip', 'xdg-utils'],
];

/** A screen for tests. */
export const screenPackages = ['xvfb', 'xauth'];

/** The engine, and what its networks need. */
export const enginePackages = ['docker.io', 'iptables', 'iproute2'];

/** What integration tests run against and check with. */
export const testPackages = ['docker-registry', 'skopeo', 'busybox-static', 'apache2-utils', 'openssl', 'procps'];

/**
 * Installs what is missing of the named Debian packages; programs only, no services are started. Where it cannot
 * install, it raises a SetUpError that says what a person has to.
 *
 * @param {readonly string[]} names
 * @param {(text: string) => void} log
 */
export async function debianPackages(names, log) {
  if (process.platform !== 'linux' || !inPath('dpkg-query')) {
    return `not Debian: nothing is installed here (Debian's names would be: ${names.join(' ')})`;
  }
  if ((await missingOf(names)).length === 0) return 'ready (installed)';
  return withLock('debian-packages', log, async () => {
    const missing = await missingOf(names);
    if (missing.length === 0) return 'ready (installed)';
    if (process.getuid?.() !== 0) {
      throw new SetUpError(`Debian packages are missing: ${missing.join(' ')}.`, `Install them: sudo apt-get install ${missing.join(' ')}`);
    }
    log(missing.join(' '));
    await install(missing);
    return `installed ${missing.length}`;
  });
}

/** @param {readonly string[]} names */
async function missingOf(names) {
  const known = await run('dpkg-query', ['-W', '-f', '${db:Status-Abbrev} ${Package}, ${Provides}\\n']);
  const installed = new Set(
    known
      .split('\n')
      .filter((line) => line.startsWith('ii '))
      .flatMap((line) => line.slice(3).split(','))
      .map((name) => name.trim().split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

/** Package lists may be missing or outdated, so a first failure is followed by an update and a second try. @param {string[]} names */
async function install(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (/** @type {string[]} */ ...args) => run('apt-get', ['-q', '-y', '-o', 'DPkg::Lock::Timeout=300', ...args], { env });
  const add = () => withoutServices(() => apt('install', '--no-install-recommends', ...names));
  try {
    await add().catch(async () => {
      await apt('update');
      await add();
    });
  } catch (error) {
    throw new SetUpError(
      `Debian packages could not be installed: ${names.join(' ')}.`,
      `${error instanceof Error ? error.message : String(error)}\nCheck this machine's apt sources and network.`,
      { cause: error },
    );
  }
}

/**
 * Some of these packages bring a service (an engine, a registry) that Debian starts at once. Only the programs are
 * wanted, so the machine's policy says no meanwhile, unless it has one of its own.
 *
 * @param {() => Promise<unknown>} work
 */
async function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return work();
  await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await work();
  } finally {
    await rm(policy, { force: true });
  }
}
