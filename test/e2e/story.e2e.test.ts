import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { provideSampleRegistry } from '../../scripts/images/sample-images.mjs';
import { freePort } from '../support/free-port.ts';
import { launchApp, type RunningApp } from './support/launch-app.ts';

/** Pulling the images and waiting until every service is healthy, on a slow machine, in milliseconds. */
const startLimit = 240_000;

/**
 * The main job, as a person does it: one click, and a whole stack whose images come from a registry runs; notes are
 * written, a snapshot taken, the data lost and brought back. Each test goes on where the one before it ended.
 */
describe.skipIf(inject('missingParts') !== '')('from the first click to restored data', () => {
  let app: RunningApp;
  let registry: Awaited<ReturnType<typeof provideSampleRegistry>>;
  let address: string;

  beforeAll(async () => {
    registry = await provideSampleRegistry({ cacheDir: inject('cacheDir'), log: () => undefined, port: await freePort() });
    const [http, database, mqtt] = await Promise.all([freePort(), freePort(), freePort()]);
    address = `http://127.0.0.1:${http}`;
    app = await launchApp({
      DOCKER_HOST: `unix://${inject('engineSocket')}`,
      SLIPWAY_SAMPLE_REGISTRY: registry.registry,
      SAMPLE_HTTP_PORT: String(http),
      SAMPLE_DB_PORT: String(database),
      SAMPLE_MQTT_PORT: String(mqtt),
    });
  });
  afterAll(async () => {
    await app.close();
    await registry.stop();
  });

  const notes = async (): Promise<readonly string[]> => {
    const answer = await fetch(`${address}/api/notes`);
    return ((await answer.json()) as { notes: { message: string }[] }).notes.map(({ message }) => message);
  };
  const write = async (message: string): Promise<void> => {
    const body = JSON.stringify({ author: 'Ada', message });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${address}/api/notes`, { method: 'POST', headers, body })).status).toBe(201);
  };
  const tab = (name: string): Promise<void> => app.page.getByRole('tab', { name }).click();
  /** The newest job has ended well: the page offers its next action and shows no Problem. */
  const settled = async (action: 'Start' | 'Stop'): Promise<void> => {
    const header = app.page.locator('main header');
    await header.getByRole('button', { name: action }).waitFor({ timeout: startLimit });
    expect(await app.page.getByRole('main').getByRole('alert').allInnerTexts()).toEqual([]);
  };

  it('shows the engine, and ready-made environments to start with', async () => {
    await app.page.getByRole('status', { name: /^Engine: Connected/ }).waitFor();
    await app.page.getByRole('heading', { name: 'Start with one of these' }).waitFor();
    await app.picture('story-01-first-run');
  });

  it('shows before the start what it will do', async () => {
    const sample = app.page.getByRole('article', { name: 'Guest book' });
    await sample.getByRole('button', { name: 'Add' }).click();
    await app.page.getByRole('button', { name: 'What will happen' }).click();
    const plan = app.page.getByRole('dialog', { name: 'What will happen' });
    await plan.getByRole('row', { name: /Pull image .*sample-postgres:15/ }).waitFor();
    await plan.getByRole('row', { name: /Create volume .*db-data/ }).waitFor();
    await app.picture('story-02-plan');
    await plan.getByRole('button', { name: 'Close' }).last().click();
  });

  it(
    'starts the whole stack in one click',
    async () => {
      await app.page.locator('main header').getByRole('button', { name: 'Start' }).click();
      await app.page.getByRole('list', { name: 'Steps' }).waitFor();
      await app.page.getByRole('img', { name: 'Waiting' }).first().waitFor({ timeout: startLimit });
      await app.picture('story-03-starting');
      await settled('Stop');
      await app.page.locator('main header').getByRole('status', { name: 'State: Running' }).waitFor();
      const services = app.page.getByRole('table', { name: 'Services' });
      for (const [service, state] of [
        ['proxy', 'Healthy'],
        ['web', 'Healthy'],
        ['db', 'Healthy'],
        ['migrate', 'Completed'],
      ] as const) {
        const row = services.getByRole('row', { name: new RegExp(`^${service}\\b`) });
        await row.getByRole('status', { name: `State: ${state}` }).waitFor();
      }
      await app.picture('story-04-running');
    },
    startLimit + 30_000,
  );

  it('gives links that answer', async () => {
    const link = app.page.getByRole('navigation', { name: 'Open' }).getByRole('link', { name: 'Guest book' });
    const url = new URL((await link.getAttribute('href')) ?? '');
    expect(url.port).toBe(new URL(address).port);
    expect(await (await fetch(address)).text()).toContain('Guest book');
  });

  it('shows every port, with its address and who holds it', async () => {
    await tab('Ports');
    const row = app.page.getByRole('table', { name: 'Ports' }).getByRole('row', { name: /proxy 80\/tcp/ });
    await row.getByText('Listening').waitFor();
    await row.getByText(`127.0.0.1:${new URL(address).port}`).waitFor();
    await row.getByText('This machine').waitFor();
    await app.picture('story-05-ports');
  });

  it('follows the logs of all services', async () => {
    await tab('Logs');
    const log = app.page.getByRole('log', { name: 'Service logs' });
    await log.getByText('database system is ready to accept connections').first().waitFor();
    await app.picture('story-06-logs');
    await app.page.getByLabel('Search in logs').fill('no such words anywhere');
    await app.page.getByText('No line matches').waitFor();
  });

  it('takes a snapshot of what the person wrote', async () => {
    await write('kept in the snapshot');
    await tab('Snapshots');
    await app.page.getByText('No snapshots yet').waitFor();
    await app.picture('story-07-no-snapshots');
    await app.page.getByRole('button', { name: 'Take snapshot' }).click();
    const dialog = app.page.getByRole('dialog', { name: /^Snapshot of/ });
    await dialog.getByLabel('Name').fill('one good note');
    await dialog.getByLabel('Note').fill('Before the risky step');
    await dialog.getByRole('button', { name: 'Take snapshot' }).click();
    const row = app.page.getByRole('table', { name: 'Snapshots' }).getByRole('row', { name: /one good note/ });
    await row.getByText('db-data').waitFor({ timeout: startLimit });
    await settled('Stop');
    await app.picture('story-08-snapshot');
    expect(await notes()).toEqual(['kept in the snapshot']);
  });

  it('restores it after the data was damaged, with a safety snapshot of the damage', async () => {
    await write('written after the snapshot');
    expect(await notes()).toHaveLength(2);
    await app.page.getByRole('button', { name: 'Restore one good note' }).click();
    const dialog = app.page.getByRole('dialog', { name: /^Restore/ });
    await dialog.getByText('A safety snapshot of the present data is taken first').waitFor();
    await app.picture('story-09-restore');
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await app.page.getByRole('list', { name: 'Steps' }).waitFor();
    await settled('Stop');
    await app.page.getByRole('table', { name: 'Snapshots' }).getByText('Safety').waitFor();
    await expect.poll(() => notes().catch(() => []), { timeout: 60_000 }).toEqual(['kept in the snapshot']);
    await app.picture('story-10-restored');
  });

  it('shows what is in a snapshot', async () => {
    await app.page.getByRole('link', { name: 'one good note' }).click();
    const files = app.page.getByRole('region', { name: 'Files' });
    await files.getByRole('combobox', { name: 'Volume' }).click();
    await app.page.getByRole('option', { name: 'db-data' }).click();
    await files.getByRole('button', { name: 'PG_VERSION' }).click();
    const file = app.page.getByRole('dialog', { name: 'PG_VERSION' });
    await file.getByText(/^\d+\s*$/).waitFor();
    await app.picture('story-11-file-of-a-snapshot');
    await file.getByRole('button', { name: 'Close' }).click();
    await app.picture('story-12-snapshot-page');
  });

  it('shows what changed between two snapshots', async () => {
    await app.page.getByRole('link', { name: 'All snapshots' }).click();
    for (const box of await app.page.getByRole('checkbox', { name: /to compare$/ }).all()) await box.check();
    await app.page.getByRole('button', { name: 'Compare' }).click();
    await app.page.getByRole('log', { name: 'Files that differ' }).getByText('Changed').first().waitFor();
    await app.picture('story-13-comparison');
    await app.page.getByRole('link', { name: 'All snapshots' }).click();
  });

  it('finds its jobs again after the window was reloaded', async () => {
    await app.page.reload();
    await app.page.getByRole('button', { name: 'Activity' }).click();
    const drawer = app.page.getByRole('dialog', { name: 'Activity' });
    await drawer.getByRole('article').first().getByText('Done').waitFor();
    expect(await drawer.getByRole('article').count()).toBe(3);
    await app.picture('story-14-activity');
    await drawer.getByRole('button', { name: 'Close' }).click();
  });

  it('stops, and leaves the ports free', async () => {
    await tab('Overview');
    await app.page.locator('main header').getByRole('button', { name: 'Stop' }).click();
    await settled('Start');
    await app.page.locator('main header').getByRole('status', { name: 'State: Stopped' }).waitFor();
    await expect(fetch(address)).rejects.toThrow();
    await app.picture('story-15-stopped');
  });
});
