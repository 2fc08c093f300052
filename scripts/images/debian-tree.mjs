import { chmod, cp, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './run.mjs';

/** Documentation and translations are never unpacked; licences stay. dpkg reads this on every later install too. */
const dpkgOptions = `force-unsafe-io
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/info/*
path-exclude=/usr/share/lintian/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/man/*
`;

/**
 * A minimal Debian file tree with package lists, ready for {@link installPackages}.
 *
 * @param {string} tree directory to create
 * @param {{ suite: string, signal: AbortSignal }} options
 */
export async function bootstrapDebian(tree, { suite, signal }) {
  const optionsFile = `${tree}.dpkg.cfg`;
  await writeFile(optionsFile, dpkgOptions);
  const skipped = ['check/empty', 'cleanup', 'cleanup/apt'].map((step) => `--skip=${step}`);
  const command = ['mmdebstrap', '--mode=root', '--variant=apt', `--dpkgopt=${optionsFile}`, ...skipped, suite, tree];
  await runIsolated(command, { procAt: '/proc', signal, env: { TMPDIR: path.dirname(tree) } });
  await forbidServiceStart(tree);
  await tidy(tree, signal);
}

/** Packages start their services when installed, unless this well-known hook says no. @param {string} tree */
async function forbidServiceStart(tree) {
  const hook = path.join(tree, 'usr/sbin/policy-rc.d');
  await writeFile(hook, '#!/bin/sh\nexit 101\n');
  await chmod(hook, 0o755);
}

/**
 * Copies a tree with owners, modes and nanosecond times, so that later only real changes differ from the original.
 *
 * @param {string} from
 * @param {string} to
 * @param {AbortSignal} signal
 */
export async function copyTree(from, to, signal) {
  await run('cp', ['--archive', '--reflink=auto', from, to], { signal });
}

/**
 * Installs Debian packages into a tree.
 *
 * @param {string} tree
 * @param {readonly string[]} packages
 * @param {AbortSignal} signal
 */
export async function installPackages(tree, packages, signal) {
  await copyFile('/etc/resolv.conf', path.join(tree, 'etc/resolv.conf'));
  await runInTree(tree, `apt-get install --yes --no-install-recommends ${packages.join(' ')}`, signal);
  await tidy(tree, signal);
}

/** Removes the traces of an installation, which would only make layers differ. @param {string} tree @param {AbortSignal} signal */
async function tidy(tree, signal) {
  await runInTree(tree, 'find /var/log -type f -delete; rm -f /var/cache/debconf/*-old /var/lib/dpkg/*-old', signal);
}

/**
 * Runs a shell script with the tree as its root.
 *
 * @param {string} tree
 * @param {string} script
 * @param {AbortSignal} signal
 */
export async function runInTree(tree, script, signal) {
  const environment = ['DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C.UTF-8', 'HOME=/root'];
  const command = ['chroot', tree, 'env', ...environment, 'sh', '-euc', script];
  await runIsolated(command, { procAt: path.join(tree, 'proc'), signal });
}

/**
 * Runs a command in a mount and process namespace of its own: what it mounts and starts ends with it, however it ends.
 * A mount that outlived it would put this machine's own /sys and /dev in the way of removing the tree.
 *
 * @param {readonly string[]} command
 * @param {{ procAt: string, signal: AbortSignal, env?: NodeJS.ProcessEnv }} options
 */
async function runIsolated(command, { procAt, signal, env }) {
  const namespace = ['--mount', '--pid', '--fork', '--kill-child', `--mount-proc=${procAt}`];
  await run('unshare', [...namespace, ...command], { signal, ...(env ? { env } : {}) });
}

/**
 * Puts a folder of this checkout into a tree, owned by root and with modes that do not depend on the checkout's:
 * scripts (`*.sh`) 0755, other files 0644.
 *
 * @param {string} from
 * @param {string} to
 */
export async function installFolder(from, to) {
  await mkdir(to, { recursive: true, mode: 0o755 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.name === '__pycache__') continue;
    if (entry.isDirectory()) {
      await installFolder(source, target);
      continue;
    }
    await rm(target, { force: true });
    await cp(source, target);
    await chmod(target, entry.name.endsWith('.sh') ? 0o755 : 0o644);
  }
}
