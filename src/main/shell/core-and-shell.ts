import { nativeTheme } from 'electron';
import { cleanupSignal } from '../core/base/abort.ts';
import type { Core } from '../core/create-core.ts';
import type { AppTray } from './tray.ts';
import type { WindowStore } from './window-memory.ts';

interface Followers {
  readonly tray: AppTray;
  readonly memory: WindowStore;
  readonly signal: AbortSignal;
}

/** Keeps what the shell shows in step with the core: the appearance, whether there is a tray icon, and what it lists. */
export async function followCore(core: Core, { tray, memory, signal }: Followers): Promise<void> {
  const settings = async (): Promise<void> => {
    for await (const { colorScheme, closeToTray } of core.settings.watch({ signal })) {
      nativeTheme.themeSource = colorScheme === 'auto' ? 'system' : colorScheme;
      memory.set('colorScheme', colorScheme);
      tray.setShown(closeToTray);
    }
  };
  const environments = async (): Promise<void> => {
    for await (const all of core.feeds.environments({ signal })) tray.setEnvironments(all);
  };
  await Promise.all([settings(), environments()]);
}

/** Titles of the jobs that run now. */
export async function runningJobs(core: Core): Promise<readonly string[]> {
  for await (const jobs of core.jobs.watch()) return jobs.filter((job) => !job.outcome && !job.background).map((job) => job.title);
  return [];
}

/** Ends all work and lets go of the engine; the app's own engine is stopped when the person wants that. */
export async function closeCore(core: Core): Promise<void> {
  const stopEngine = core.settings.get().stopPrivateEngineOnQuit;
  await core.close();
  if (stopEngine) await core.privateEngine.stop({ signal: cleanupSignal() });
}
