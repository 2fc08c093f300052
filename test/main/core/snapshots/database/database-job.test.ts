import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { quietIo } from '../../../../../src/main/core/snapshots/explore.ts';
import type { FoundDatabase } from '../../../../../src/shared/models/snapshot-database.ts';
import { storeFixture } from '../support/store-fixture.ts';

type Files = Readonly<Record<string, string | Buffer>>;

/** The header of an InnoDB redo log, as far as its writer stands in it. */
function redoLog(writer: string): Buffer {
  const head = Buffer.alloc(4096);
  head.write(writer, 16, 'latin1');
  return head;
}

async function found(volumes: Readonly<Record<string, Files>>): Promise<readonly FoundDatabase[]> {
  const fixture = await storeFixture();
  for (const [volume, files] of Object.entries(volumes)) {
    const place = await fixture.volumes.make(volume);
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(place, name)), { recursive: true });
      writeFileSync(path.join(place, name), content);
    }
  }
  const { id } = await fixture.capture(Object.keys(volumes));
  return fixture.store.runner.run('databases', { directory: fixture.directory, snapshotId: id }, quietIo({}));
}

it('finds a PostgreSQL cluster where it lies, once, and not its databases', async () => {
  const files = { 'pgdata/PG_VERSION': '15\n', 'pgdata/global/pg_control': 'x', 'pgdata/base/1/PG_VERSION': '15\n', 'pgdata/base/5/PG_VERSION': '15\n' };
  expect(await found({ db: files, other: { 'notes/PG_VERSION': '9' } })).toEqual([{ volume: 'db', directory: 'pgdata', product: 'postgresql', version: '15' }]);
});

it.each<[string, Files, Pick<FoundDatabase, 'product' | 'version'>]>([
  ['MySQL 5.7', { ibdata1: 'x', mysql_upgrade_info: '5.7.44', ib_logfile0: redoLog('MySQL 5.7.44') }, { product: 'mysql', version: '5.7.44' }],
  ['MySQL 8', { ibdata1: 'x', 'mysql.ibd': 'x', '#innodb_redo/#ib_redo7': redoLog('MySQL 8.0.35') }, { product: 'mysql', version: '8.0.35' }],
  ['MySQL 8.4', { ibdata1: 'x', 'mysql.ibd': 'x', mysql_upgrade_history: '{"file_format":"1","upgrade_history":[{"date":"2026","version":"8.4.3"}]}' }, { product: 'mysql', version: '8.4.3' }],
  ['MariaDB', { ibdata1: 'x', aria_log_control: 'x', mysql_upgrade_info: '10.11.6-MariaDB' }, { product: 'mariadb', version: '10.11.6' }],
  ['MariaDB that was never upgraded', { ibdata1: 'x', aria_log_control: 'x', ib_logfile0: redoLog('MariaDB 11.4.2') }, { product: 'mariadb', version: '11.4.2' }],
  [
    'MariaDB by the first bytes of a log that 10.11 wrote',
    { ibdata1: 'x', aria_log_control: 'x', ib_logfile0: Buffer.from('506879730000000000000000000030004d6172696144422031302e31312e31390000', 'hex') },
    { product: 'mariadb', version: '10.11.19' },
  ],
])('tells %s', async (_title, files, expected) => {
  expect(await found({ db: files })).toEqual([{ volume: 'db', directory: '', ...expected }]);
});

it('says nothing of a version that no file tells, and nothing where there is no database', async () => {
  expect(await found({ db: { ibdata1: 'x' }, web: { 'index.html': 'x' } })).toEqual([{ volume: 'db', directory: '', product: 'mysql' }]);
});
