import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { debianPackages } from '../../scripts/lib/steps/debian-packages.mjs';
import { tempDir } from '../support/temp.ts';

const silent = (): void => undefined;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A PATH with nothing but a `dpkg-query` that knows these packages. */
async function machineWith(lines: readonly string[]): Promise<void> {
  const directory = await tempDir('path');
  const program = path.join(directory, 'dpkg-query');
  await writeFile(program, `#!/bin/sh\ncat <<'EOF'\n${lines.join('\n')}\nEOF\n`);
  await chmod(program, 0o755);
  vi.stubEnv('PATH', `${directory}:/bin:/usr/bin`);
}

test('packages that are installed, or provided by another, are not asked for', async () => {
  await machineWith(['ii  unzip, ', 'ii  libasound2t64, libasound2 (= 1.2), liboss']);
  expect(await debianPackages(['unzip', 'libasound2'], silent)).toBe('ready (installed)');
});

test('a person without root is told what to install', async () => {
  await machineWith(['ii  unzip, ', 'rc  xvfb, ']);
  vi.spyOn(process as { getuid: () => number }, 'getuid').mockReturnValue(1000);
  await expect(debianPackages(['unzip', 'xvfb', 'skopeo'], silent)).rejects.toMatchObject({
    message: 'Debian packages are missing: xvfb skopeo.',
    advice: 'Install them: sudo apt-get install xvfb skopeo',
  });
});

test('on a system without dpkg nothing is installed, and the names are said', async () => {
  vi.stubEnv('PATH', '/nowhere');
  expect(await debianPackages(['unzip', 'xvfb'], silent)).toContain('unzip xvfb');
});
