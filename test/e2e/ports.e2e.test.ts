import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { importBusybox } from '../support/images.ts';
import { makeTempDir, removeTempDir } from '../support/temp.ts';
import { waitFor } from '../support/wait-for.ts';
import { launchApp, type RunningApp } from './support/launch-app.ts';

const startLimit = 120_000;
const id = randomBytes(3).toString('hex');
const image = `slipway-test/e2e-ports-${id}:1`;

/** Two copies of one stack that want the same port: what a person sees, and how both come to run. */
describe.skipIf(inject('missingParts') !== '')('ports, seen and changed', () => {
  let app: RunningApp;
  let files: string;
  let port: number;
  /** Of another program of this machine: this test. */
  let taken: number;
  const listener = createServer();

  const header = () => app.page.locator('main header');
  /** What the file picker answers from now on. */
  const choose = (file: string): Promise<true> =>
    waitFor('the main process to take the answer', 10_000, () =>
      app.electron
        .evaluate(({ dialog }, chosen) => {
          dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] });
        }, file)
        .then(
          (): true => true,
          (error: unknown) => {
            // The inspector forgets what it waits for when the main process collects its garbage just then.
            if (String(error).includes('garbage collected')) return undefined;
            throw error;
          },
        ),
    );
  const add = async (name: string): Promise<void> => {
    await app.page.getByRole('link', { name: 'Environments', exact: true }).click();
    await choose(path.join(files, name));
    await app.page.getByRole('button', { name: 'Add from disk…' }).first().click();
    await header().getByRole('button', { name: 'Start' }).waitFor();
  };
  const running = () => header().getByRole('status', { name: 'State: Running' }).waitFor({ timeout: startLimit });
  const webRow = () => app.page.getByRole('table', { name: 'Ports' }).getByRole('row', { name: /web 80\/tcp/ });

  beforeAll(async () => {
    await importBusybox(inject('engineSocket'), image);
    files = await makeTempDir('e2e-ports');
    port = await freePort();
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    taken = (listener.address() as AddressInfo).port;
    for (const name of [`shop-${id}`, `twin-${id}`, `rival-${id}`]) {
      await mkdir(path.join(files, name));
      await writeFile(path.join(files, name, 'compose.yaml'), compose(name.startsWith('twin') ? `["${taken}:5432"]` : '[]'));
    }
    app = await launchApp({ DOCKER_HOST: `unix://${inject('engineSocket')}` });
  });
  afterAll(async () => {
    await app.close();
    listener.close();
    await removeTempDir(files);
  });

  function compose(databasePorts: string): string {
    return `
services:
  web:
    image: ${image}
    command: [sh, -c, "mkdir -p /www && echo '<title>Shop</title>' > /www/index.html && exec httpd -f -p 80 -h /www"]
    ports: ["${port}:80"]
    depends_on: [db]
    stop_grace_period: 0s
  db: { image: "${image}", volumes: ["data:/data"], expose: ["5432"], ports: ${databasePorts}, stop_grace_period: 0s }
volumes: { data: {} }
`;
  }

  it('shows the first one’s port with what its web server said', async () => {
    await add(`shop-${id}`);
    await header().getByRole('button', { name: 'Start' }).click();
    await running();
    await app.page.getByRole('tab', { name: 'Ports' }).click();
    await webRow().getByText('200 Shop').waitFor();
    await app.picture('ports-01-table');
  }, startLimit);

  it('asks at the start how to go on: every conflict with its holder, and every way out', async () => {
    await add(`twin-${id}`);
    await header().getByRole('button', { name: 'Start' }).click();
    const dialog = app.page.getByRole('dialog', { name: `twin-${id} can’t have 2 ports` });
    const row = (wanted: number) => dialog.getByRole('table', { name: 'Port conflicts' }).getByRole('row', { name: new RegExp(String(wanted)) });
    await row(port).getByText(`web of shop-${id}`).waitFor();
    await row(taken).getByText(`PID ${process.pid}`).waitFor();
    await dialog.getByRole('button', { name: `Stop shop-${id} and start` }).waitFor();
    await app.picture('ports-02-conflict');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await app.page.getByRole('main').getByRole('alert').getByRole('button', { name: `Stop shop-${id} and start` }).waitFor();
  }, startLimit);

  it('moves the ports on wish, and both run side by side', async () => {
    await header().getByRole('button', { name: 'Start' }).click();
    const dialog = app.page.getByRole('dialog', { name: `twin-${id} can’t have 2 ports` });
    await dialog.getByRole('button', { name: 'Use free ports' }).click();
    await running();
    await dialog.waitFor({ state: 'hidden' });
    await app.page.getByRole('tab', { name: 'Ports' }).click();
    await webRow().getByText(`moved from ${port}`).waitFor();
    await webRow().getByText('200 Shop').waitFor();
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  }, startLimit);

  it('changes a port in the table, and shows how it differs from the file', async () => {
    const wanted = await freePort();
    await webRow().getByRole('button', { name: 'Actions for web 80' }).click();
    await app.page.getByRole('menuitem', { name: 'Change…' }).click();
    const dialog = app.page.getByRole('dialog', { name: 'Change port 80 of web' });
    await dialog.getByText('One address', { exact: true }).click();
    await dialog.getByLabel('Address', { exact: true }).fill('203.0.113.9');
    await dialog.getByRole('button', { name: 'Change' }).click();
    await dialog.getByRole('alert').getByText(/This machine has no address 203\.0\.113\.9/).waitFor();
    await dialog.getByText('This machine', { exact: true }).click();
    await dialog.getByLabel('Port on this machine').fill(String(wanted));
    await app.picture('ports-03-change');
    await dialog.getByRole('button', { name: 'Change' }).click();
    await webRow().getByText(`127.0.0.1:${wanted}`).waitFor({ timeout: startLimit });
    await webRow().getByText('200 Shop').waitFor();
    expect((await fetch(`http://127.0.0.1:${wanted}/`)).status).toBe(200);
    await app.page.getByRole('button', { name: 'Show the difference' }).click();
    const difference = app.page.getByRole('dialog', { name: 'Ports that differ from the files' });
    await difference.getByText('ports: !override').waitFor();
    await app.picture('ports-04-difference');
    await difference.getByRole('button', { name: 'Close' }).last().click();
  }, startLimit);

  it('draws the way from the machine to the data, and can be walked with the keyboard', async () => {
    await app.page.getByRole('tab', { name: 'Topology' }).click();
    const node = (name: string) => app.page.locator('.react-flow__node').filter({ hasText: name });
    await app.page.getByLabel(/^Service web, Running/).waitFor();
    for (const name of ['This machine', 'web', 'db', 'default', 'data']) await node(name).first().waitFor();
    const focused = () => app.page.evaluate("document.activeElement?.getAttribute('aria-label') ?? ''");
    await app.page.getByRole('searchbox', { name: 'Find in the picture' }).fill('web');
    await app.page.getByText('1 found', { exact: true }).waitFor();
    await app.page.keyboard.press('Enter');
    await expect.poll(focused).toMatch(/^Service web/);
    await app.page.keyboard.press('ArrowLeft');
    await expect.poll(focused).toMatch(/^Port /);
    await app.picture('ports-05-topology');
    await app.page.keyboard.press('Enter');
    await webRow().waitFor();
  });

  it('tries a connection from inside a service', async () => {
    await app.page.getByRole('tab', { name: 'Networks' }).click();
    await app.page.getByRole('combobox', { name: 'To' }).fill('db');
    await app.page.getByRole('textbox', { name: 'Port' }).fill('5432');
    await app.page.getByRole('button', { name: 'Try', exact: true }).click();
    await app.page.getByRole('main').getByText(/does not reach db:5432|reaches db:5432/).waitFor({ timeout: 60_000 });
    await app.picture('ports-06-networks');
  });

  it('stops the environment that has the port, and starts', async () => {
    await add(`rival-${id}`);
    await header().getByRole('button', { name: 'Start' }).click();
    const dialog = app.page.getByRole('dialog', { name: new RegExp(`^rival-${id} can’t have`) });
    await dialog.getByRole('button', { name: `Stop shop-${id} and start` }).click();
    await running();
    await dialog.waitFor({ state: 'hidden' });
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
    await app.page.getByRole('link', { name: `shop-${id}` }).click();
    await header().getByRole('status', { name: 'State: Stopped' }).waitFor();
  }, startLimit);
});
