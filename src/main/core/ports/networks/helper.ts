import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Cancellable, cleanupSignal } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import type { Engine } from '../../engine/engine.ts';
import { ensureHelperImage } from '../../engine/helper-image.ts';

const label = 'dev.slipway.network-helper';
const program = '/network-helper';
/** A helper that a killed process left behind is older than any test takes. */
const leftOverMs = 120_000;

/** Runs the network helper inside a container's network; what it prints is specified in `src/network-helper/main.c`. */
export interface NetworkHelper {
  /** Raises `engine.unsupported` where there is no helper for the engine's processor. */
  run(engine: Engine, containerId: string, args: readonly string[], options: Cancellable): Promise<string>;
}

/** The helper of this installation: `directory` holds the static programs, named by the Engine API's platforms. */
export function networkHelper(directory: string): NetworkHelper {
  return {
    async run(engine, containerId, args, { signal }) {
      const image = await ensureImage(engine, directory, { signal });
      await removeLeftOvers(engine, { signal });
      const id = await engine.containers.create(
        {
          name: `slipway-network-${randomUUID().slice(0, 13)}`,
          Image: image,
          Cmd: [program, ...args],
          Labels: { [label]: 'true' },
          HostConfig: { NetworkMode: `container:${containerId}` },
        },
        { signal },
      );
      try {
        await engine.containers.start(id, { signal });
        await engine.containers.wait(id, { signal });
        let output = '';
        for await (const { stream, text } of engine.containers.logs(id, { signal })) if (stream === 'stdout') output += `${text}\n`;
        return output;
      } finally {
        await engine.containers.remove(id, { force: true, volumes: true, signal: cleanupSignal() });
      }
    },
  };
}

async function ensureImage(engine: Engine, directory: string, { signal }: Cancellable): Promise<string> {
  const { platform } = await engine.info({ signal });
  const executable = await readFile(path.join(directory, `${platform.os}-${platform.architecture}`)).catch(() => undefined);
  if (!executable) throw noHelper(`${platform.os}/${platform.architecture}`);
  return ensureHelperImage(engine, { repository: 'slipway/network-helper', program, executable }, { signal });
}

async function removeLeftOvers(engine: Engine, { signal }: Cancellable): Promise<void> {
  for (const { id, createdAt } of await engine.containers.list({ labels: [label], signal })) {
    if (Date.now() - createdAt.getTime() > leftOverMs) await engine.containers.remove(id, { force: true, volumes: true, signal });
  }
}

function noHelper(platform: string): Fault {
  return new Fault({
    code: 'engine.unsupported',
    message: `This installation has no network helper for an engine on ${platform}.`,
    hint: 'It is built from src/network-helper on Linux with gcc and a static libc. The networks are shown without it.',
  });
}
