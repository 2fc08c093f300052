import { createMemoryEngine } from '../../../../src/main/core/engine/memory/create-memory-engine.ts';
import type { MemoryContainer } from '../../../../src/main/core/engine/memory/memory-container.ts';
import type { World } from '../../../../src/main/core/engine/memory/world.ts';
import { tempDir } from '../../../support/temp.ts';
import { StackUnderTest } from './stack-under-test.ts';

export interface MemoryStack {
  readonly stack: StackUnderTest;
  readonly world: World;
  /** The container of that name, as the world has it now. */
  readonly container: (name: string) => MemoryContainer | undefined;
  /** Names of all containers with their states, sorted. */
  readonly states: () => string[];
}

/** A stack named `app` on an engine in memory, in whose registry are `app:1` and `app:2`. */
export async function memoryStack(compose: string): Promise<MemoryStack> {
  const { engine, world } = createMemoryEngine();
  world.registry.publish('app:1', { layers: [1000, 3000] });
  world.registry.publish('app:2', { layers: [1000, 5000] });
  world.registry.publish('with-volume:1', { changes: ['VOLUME /data'] });
  const stack = new StackUnderTest(engine, await tempDir('memory-stack'), 'app');
  await stack.write(compose);
  const container = (name: string): MemoryContainer | undefined => [...world.containers.values()].find((one) => one.name === name);
  return { stack, world, container, states: () => [...world.containers.values()].map(({ name, state }) => `${name} ${state}`).sort() };
}
