import { type Cancellable, sleep } from '../../base/abort.ts';
import type { ContainerDetails } from '../../engine/containers.ts';
import type { Engine } from '../../engine/engine.ts';

const firstPauseMs = 100;
/** A probe is never asked for more often than the engine itself would after so long. */
const longestPauseMs = 5_000;

/** The command of a container's health check, as its engine runs it; undefined where that can't be told. */
export function healthCommand({ config }: ContainerDetails): readonly string[] | undefined {
  const [kind, ...words] = config.Healthcheck?.Test ?? [];
  if (kind === 'CMD' && words.length > 0) return words;
  return kind === 'CMD-SHELL' && words[0] !== undefined ? ['/bin/sh', '-c', words[0]] : undefined;
}

/**
 * Runs a container's own health check right after its start, again after growing pauses, and resolves when it succeeds:
 * one success is what makes a starting container healthy, but engines first look after a whole interval, which is 30 s
 * unless the file says otherwise. Resolves with false when
 * the check can't be run or is no longer asked for: the verdict is the engine's then, as without this. Never rejects.
 */
export async function probeEarly(engine: Engine, container: ContainerDetails, { signal }: Cancellable): Promise<boolean> {
  const command = healthCommand(container);
  if (!command) return false;
  const interval = (container.config.Healthcheck?.Interval ?? 0) / 1e6 || longestPauseMs;
  try {
    for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, interval, longestPauseMs)) {
      const { exitCode } = await engine.containers.exec(container.id, { command }, { signal, maxBytes: 1024 });
      if (exitCode === 0) return true;
      // No such program, or none that may be run: it will not get better.
      if (exitCode === 126 || exitCode === 127) return false;
      await sleep(pause, { signal });
    }
  } catch {
    return false;
  }
}
