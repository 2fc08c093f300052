import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { provideSampleRegistry } from '../../scripts/images/sample-images.mjs';
import { freePort } from '../support/free-port.ts';
import { run } from '../support/run.ts';

const directory = path.resolve(import.meta.dirname, '../../resources/environments/sample');
const composeBinary = inject('composeBinary');

/** The sample with the reference `docker compose`: what is wrong here is wrong with the sample, not with Slipway. */
describe.skipIf(composeBinary === '')('the sample environment', () => {
  let registry: Awaited<ReturnType<typeof provideSampleRegistry>>;
  let address: string;
  let compose: (...args: string[]) => Promise<string>;

  beforeAll(async () => {
    registry = await provideSampleRegistry({ cacheDir: inject('cacheDir'), log: () => undefined, port: await freePort() });
    const [http, database, mqtt] = await Promise.all([freePort(), freePort(), freePort()]);
    address = `http://127.0.0.1:${http}`;
    const env = {
      PATH: process.env.PATH,
      DOCKER_HOST: `unix://${inject('engineSocket')}`,
      COMPOSE_PROJECT_NAME: 'sample-by-reference',
      SLIPWAY_SAMPLE_REGISTRY: registry.registry,
      SAMPLE_HTTP_PORT: String(http),
      SAMPLE_DB_PORT: String(database),
      SAMPLE_MQTT_PORT: String(mqtt),
      SAMPLE_DEMO_NOTES: '3',
    };
    compose = (...args) => run(composeBinary, args, { cwd: directory, env });
    await compose('up', '--wait', '--quiet-pull');
  });

  afterAll(async () => {
    await compose('down', '--volumes', '--timeout', '2');
    await registry.stop();
  });

  const get = async (resource: string): Promise<unknown> => (await fetch(address + resource)).json();

  it('answers through its proxy, with every part healthy', async () => {
    expect(await (await fetch(address)).text()).toContain('<h1 id="title">Guest book</h1>');
    expect(await get('/healthz')).toEqual({ ok: true, database: true, cache: true, broker: true });
  });

  it('starts with the demo notes asked for', async () => {
    expect(await get('/api/notes')).toMatchObject({ total: 3, notes: [{ author: 'Guest 3' }, {}, {}] });
  });

  it('refuses a note that is none', async () => {
    for (const body of ['{"author":"A"}', '{broken', '[]']) {
      const answer = await fetch(`${address}/api/notes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(answer.status).toBe(400);
    }
  });

  it('keeps notes, visits and news when its containers are made anew', async () => {
    const note = { author: 'Ada', message: 'Ünïcode, "quotes" and a\nnew line' };
    const answer = await fetch(`${address}/api/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(note),
    });
    expect(answer.status).toBe(201);
    const before = (await get('/api/about')) as { host: string; visits: number };

    await compose('down');
    await compose('up', '--wait');

    const after = (await get('/api/about')) as { host: string; visits: number };
    expect(after.host).not.toBe(before.host);
    expect(after.visits).toBe(before.visits + 1);
    expect(await get('/api/notes')).toMatchObject({ total: 4, notes: [note, {}, {}, {}] });
    const news = await compose('exec', '-T', 'mqtt', 'mosquitto_sub', '-t', 'guestbook/notes', '-C', '1', '-W', '5');
    expect(JSON.parse(news)).toMatchObject(note);
  });
});
