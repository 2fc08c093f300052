import { chmod, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { cached } from '../cache.mjs';
import { composeBinary } from '../paths.mjs';
import { inPath, run } from '../run.mjs';

/** @param {string} text @returns {never} */
const giveUp = (text) => {
  throw new Error(text);
};

/**
 * Docker's own Compose, which tests compare Slipway with: the package of Debian's unstable suite, unpacked into the
 * cache. The machine's apt configuration and installed packages stay as they are.
 *
 * @param {(text: string) => void} log
 */
export async function referenceCompose(log) {
  if (existsSync(composeBinary)) return 'ready (cached)';
  if (!inPath('apt-get') || process.getuid?.() !== 0) return 'not here: tests that compare with it are skipped (needs Debian and root)';
  await cached('reference-compose', log, async (directory) => {
    const apt = await separateApt(directory);
    log('reading the package lists of the unstable suite');
    await run('apt-get', [...apt, 'update']);
    log('fetching docker-compose');
    await run('apt-get', [...apt, 'download', 'docker-compose'], { cwd: directory });
    const archive = (await readdir(directory)).find((name) => name.endsWith('.deb')) ?? giveUp('apt-get download left no package.');
    await run('dpkg', ['-x', archive, 'unpacked'], { cwd: directory });
    const target = path.join(directory, 'docker-compose');
    await cp(path.join(directory, 'unpacked/usr/libexec/docker/cli-plugins/docker-compose'), target);
    await chmod(target, 0o755);
    for (const name of [archive, 'unpacked', 'lists', 'sources.list']) await rm(path.join(directory, name), { recursive: true });
  });
  return `unpacked, ${(await run(composeBinary, ['version', '--short'])).trim()}`;
}

/**
 * Options that make apt work on lists of its own under `directory`, for the unstable suite of the mirror that this
 * machine uses already.
 *
 * @param {string} directory
 */
async function separateApt(directory) {
  const mirrors = await run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(ORIGIN) $(CODENAME)']);
  const mirror = mirrors.split('\n').map((line) => line.split(' ')).find(([, origin, codename]) => origin === 'Debian' && !codename?.includes('-'))?.[0];
  if (!mirror) giveUp('This machine has no Debian mirror in its apt sources, or `apt-get update` was never run.');
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const sources = path.join(directory, 'sources.list');
  const lists = path.join(directory, 'lists');
  await mkdir(path.join(lists, 'partial'), { recursive: true });
  await writeFile(sources, `deb ${existsSync(keyring) ? `[signed-by=${keyring}] ` : ''}${mirror} sid main\n`);
  const options = { 'Dir::Etc::sourcelist': sources, 'Dir::Etc::sourceparts': '-', 'Dir::State::Lists': lists, 'Dir::Cache::pkgcache': '', 'Dir::Cache::srcpkgcache': '', 'APT::Sandbox::User': 'root' };
  return ['-q', ...Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`])];
}
