import { randomUUID } from 'node:crypto';
import type { Engine } from '../../../../../src/main/core/engine/engine.ts';

/** Runs a shell script in `image` with the volume at /data and returns what it printed. */
export async function inVolume(engine: Engine, image: string, volume: string, script: string): Promise<string> {
  const id = await engine.containers.create({
    name: `test-${randomUUID()}`,
    Image: image,
    Cmd: ['sh', '-c', script],
    HostConfig: { Mounts: [{ Type: 'volume', Source: volume, Target: '/data' }] },
  });
  try {
    await engine.containers.start(id);
    const code = await engine.containers.wait(id);
    let output = '';
    for await (const { text } of engine.containers.logs(id)) output += `${text}\n`;
    if (code !== 0) throw new Error(output);
    return output;
  } finally {
    await engine.containers.remove(id, { force: true });
  }
}

/** Names of our containers that have the volume. */
export async function helpersOf(engine: Engine, volume: string): Promise<readonly string[]> {
  const helpers = await engine.containers.list({ labels: ['dev.slipway.helper'] });
  return helpers.filter(({ mounts }) => mounts.some(({ name }) => name === volume)).map(({ name }) => name);
}

/** Fills /data with a bit of everything. */
export const makeTree = `cd /data && mkdir -p a/b empty && echo one > a/one && ln a/one a/b/hard && ln -s ../one a/b/soft &&
  mkfifo fifo && mknod null c 1 3 && dd if=/dev/urandom of=big bs=1000 count=3000 2>/dev/null &&
  echo x > "$(printf 'odd\\nname')" && echo y > "$(printf 'raw\\377')" && chmod 640 a/one && chmod 4711 big && chown 70:71 a/b && chmod 1777 empty && touch -h -d 2001-02-03 a/b/soft &&
  touch -d 1999-12-31 a/b/hard empty && chown 999:998 /data && chmod 700 /data && touch -d 2000-01-01 a /data`;

/** Prints all about /data that a restore brings back. */
export const describeTree = `cd /data && find . -print0 | sort -z | xargs -0 stat -c '%n %F %a %u %g %Y %h %t %T' &&
  find . -type f -print0 | sort -z | xargs -0 sha256sum; find . -type l -exec readlink {} +`;
