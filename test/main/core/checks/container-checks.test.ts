import { describe, expect, it } from 'vitest';
import { logAttempt } from '../../../../src/main/core/checks/container-checks.ts';
import { createMemoryEngine } from '../../../../src/main/core/engine/memory/create-memory-engine.ts';
import type { MemoryContainer } from '../../../../src/main/core/engine/memory/memory-container.ts';

/** A service's container that has not been started, and a try whether its log says "ready". */
async function service(): Promise<{ container: MemoryContainer; found: () => Promise<boolean> }> {
  let now = 0;
  const { engine, world } = createMemoryEngine({ clock: { now: () => new Date((now += 10_000)) } });
  world.registry.publish('web:1');
  for await (const _ of engine.images.pull('web:1')) continue;
  const id = await engine.containers.create({
    name: 'shop-web-1',
    Image: 'web:1',
    Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' },
  });
  const container = world.containers.get(id);
  if (!container) throw new Error('There is no container.');
  const attempt = logAttempt({ engine, projectName: 'shop' }, 'web', '^ready$');
  const found = async (): Promise<boolean> => {
    const patience = new AbortController();
    setTimeout(() => patience.abort(), 200);
    return (await attempt({ signal: patience.signal })) === undefined;
  };
  return { container, found };
}

describe('a log check', () => {
  it('sees a line that the service wrote before the engine noted its start', async () => {
    const { container, found } = await service();
    container.write('stdout', 'ready');
    container.start();
    expect(await found()).toBe(true);
  });

  it('does not see what an earlier run wrote', async () => {
    const { container, found } = await service();
    container.start();
    container.write('stdout', 'ready');
    container.exit(0);
    container.start();
    container.write('stdout', 'starting');
    expect(await found()).toBe(false);
    container.write('stdout', 'ready');
    expect(await found()).toBe(true);
  });

  it('sees the last run of a service that has ended', async () => {
    const { container, found } = await service();
    container.start();
    container.write('stdout', 'ready');
    container.exit(0);
    expect(await found()).toBe(true);
  });
});
