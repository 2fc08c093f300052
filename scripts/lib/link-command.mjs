import { chmod, mkdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './paths.mjs';

/** The built command line. */
export const commandLine = path.join(root, 'out', 'main', 'slipway.js');

/** Where `npx slipway` looks for it. */
export const commandLink = path.join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'slipway.cmd' : 'slipway');

/** Makes `npx slipway` in the checkout run what was built here: npm itself links the commands of dependencies only. */
export async function linkCommand() {
  await mkdir(path.dirname(commandLink), { recursive: true });
  if (process.platform === 'win32') {
    await writeFile(commandLink, '@node "%~dp0\\..\\..\\out\\main\\slipway.js" %*\r\n');
  } else {
    await chmod(commandLine, 0o755);
    const target = path.relative(path.dirname(commandLink), commandLine);
    if ((await readlink(commandLink).catch(() => '')) === target) return;
    await rm(commandLink, { force: true });
    await symlink(target, commandLink);
  }
}
