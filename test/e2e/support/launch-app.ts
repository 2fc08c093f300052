import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { electronEnvironment, electronExecutable } from '../../../scripts/lib/electron.mjs';
import { root } from '../../../scripts/lib/paths.mjs';
import { makeTempDir, removeTempDir } from '../../support/temp.ts';

const screenshots = path.join(root, 'test-results', 'screenshots');

/** Chromium's sandbox refuses to work for root. */
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

export interface RunningApp {
  readonly electron: ElectronApplication;
  readonly page: Page;
  /** The app's own data: state, snapshots, logs. */
  readonly home: string;
  /** Milliseconds from the start of the process to each mark of the start. */
  marks(): Promise<ReadonlyMap<string, number>>;
  /** Keeps two pictures of the window, light and dark, under `test-results/screenshots`. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

/** The executable and the arguments with which a person's system would start the built app. */
export function appCommand(): { executable: string; args: readonly string[] } {
  const executable = electronExecutable();
  if (executable === undefined) throw new Error('There is no Electron runtime here: run `npm test`, which gets one.');
  if (!existsSync(path.join(root, 'out', 'main', 'index.js'))) throw new Error('Nothing is built: run `npm run build`.');
  return { executable, args: [...asRoot, root] };
}

/** Starts the built app with a library of its own, in an environment of `env` alone plus what a program needs. */
export async function launchApp(env: Readonly<Record<string, string>>): Promise<RunningApp> {
  const { executable, args } = appCommand();
  const home = await makeTempDir('e2e');
  const trace = path.join(home, 'trace.jsonl');
  const electron = await _electron.launch({
    executablePath: executable,
    args: [...args],
    env: { ...definedOnly(electronEnvironment(executable)), SLIPWAY_HOME: home, SLIPWAY_TRACE: trace, ...env },
  });
  const page = await electron.firstWindow();
  page.setDefaultTimeout(30_000);
  return {
    electron,
    page,
    home,
    async marks() {
      const lines = (await readFile(trace, 'utf8')).trim().split('\n');
      return new Map(lines.map((line) => JSON.parse(line) as { name: string; ms: number }).map(({ name, ms }) => [name, ms]));
    },
    async picture(name) {
      await mkdir(screenshots, { recursive: true });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.screenshot({ path: path.join(screenshots, `${name}-${colorScheme}.png`) });
      }
    },
    async close() {
      await electron.close();
      await removeTempDir(home);
    },
  };
}

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  const { DOCKER_HOST: _theirs, DOCKER_CONTEXT: _too, ...rest } = environment;
  return Object.fromEntries(Object.entries(rest).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
