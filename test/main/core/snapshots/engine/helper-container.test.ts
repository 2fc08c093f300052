import { expect, it } from 'vitest';
import { Fault } from '../../../../../src/main/core/base/fault.ts';
import { ensureHelperImage } from '../../../../../src/main/core/engine/helper-image.ts';
import { createMemoryEngine } from '../../../../../src/main/core/engine/memory/create-memory-engine.ts';
import { createHelper, removeOrphanedHelpers } from '../../../../../src/main/core/snapshots/engine/helper-container.ts';
import { volumeHelperImage } from '../../../../../src/main/core/snapshots/engine/helper-image.ts';

it('takes away what this process could not remove while the engine was away, and nothing that it works with', async () => {
  const { engine, world } = createMemoryEngine();
  const image = await ensureHelperImage(engine, volumeHelperImage());
  const used = await createHelper(engine, { image, volumes: [] });
  const left = await createHelper(engine, { image, volumes: [] });
  world.fail('containers.remove', new Fault({ code: 'engine.unreachable', message: 'it is away' }));
  await expect(left.remove()).rejects.toMatchObject({ problem: { code: 'engine.unreachable' } });
  expect(await engine.containers.list()).toHaveLength(2);

  await removeOrphanedHelpers(engine);
  expect((await engine.containers.list()).map(({ id }) => id)).toEqual([used.id]);
  await used.remove();
  expect(await engine.containers.list()).toHaveLength(0);
});
