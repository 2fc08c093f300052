import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import Conf from 'conf';
import { expect, it } from 'vitest';
import { systemClock } from '../../../../../src/main/core/base/clock.ts';
import { silentLogger } from '../../../../../src/main/core/base/logger.ts';
import { EnvironmentLoader } from '../../../../../src/main/core/environments/environment-loader.ts';
import { Library } from '../../../../../src/main/core/environments/library.ts';
import { FileSecretStore } from '../../../../../src/main/core/environments/secret-store.ts';
import { StateStore } from '../../../../../src/main/core/environments/state-store.ts';
import { Jobs } from '../../../../../src/main/core/jobs/jobs.ts';
import { environmentSnapshots } from '../../../../../src/main/core/operations/snapshots/environment-snapshots.ts';
import { SnapshotShelf } from '../../../../../src/main/core/operations/snapshots/snapshot-shelf.ts';
import { tempDir } from '../../../../support/temp.ts';
import { storeFixture } from '../../snapshots/support/store-fixture.ts';

it('offers an environment its own snapshots, and homeless ones that fit its volumes', async () => {
  const home = await tempDir('offered');
  const state = new StateStore({ path: path.join(home, 'slipway.json'), open: () => new Conf({ cwd: home, configName: 'slipway' }) });
  const library = new Library({ store: state, clock: systemClock });
  await writeFile(path.join(home, 'compose.yaml'), 'services: { db: { image: db, volumes: [ "data:/d" ] } }\nvolumes: { data: {} }\n');
  const record = await library.add({ path: home, name: 'shop' });
  const neighbour = await library.add({ path: home, name: 'neighbour' });

  const fixture = await storeFixture();
  for (const volume of ['data', 'other']) await writeFile(path.join(await fixture.volumes.make(volume), 'file'), volume);
  const take = async (id: string, volume: string): Promise<string> => {
    const { id: taken } = await fixture.capture([volume], { environment: { id, name: id, project: id } });
    return taken;
  };
  const own = await take(record.id, 'data');
  const imported = await take('from another machine', 'data');
  await take('from another machine', 'other');
  await take(neighbour.id, 'data');

  const parts = {
    library,
    loader: new EnvironmentLoader({ environment: {}, secrets: new FileSecretStore(home) }),
    shelf: new SnapshotShelf({
      jobs: new Jobs({ clock: systemClock, logger: silentLogger }),
      openStore: () => Promise.resolve(fixture.store),
    }),
  };
  const offered = async (): Promise<string[]> => (await environmentSnapshots(parts, record, {})).map(({ id }) => id);
  expect(await offered()).toEqual([imported, own]);

  // Files that can't be loaded hide nothing of its own.
  await writeFile(path.join(home, 'compose.yaml'), 'services: [');
  expect(await offered()).toEqual([own]);
});
