import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp, type RunningApp } from './support/launch-app.ts';

/** Nobody has an engine on the first day. */
describe('the window without an engine', () => {
  let app: RunningApp;

  beforeAll(async () => {
    app = await launchApp({ DOCKER_HOST: 'unix:///nonexistent/docker.sock' });
  });
  afterAll(() => app.close());

  it('says which engine does not answer and what to do, with a way to try again', async () => {
    const problem = app.page.getByRole('alert').filter({ hasText: '/nonexistent/docker.sock' });
    await problem.getByText('engine.unreachable').waitFor();
    await problem.getByRole('button', { name: 'Try again' }).waitFor();
    await problem.getByRole('button', { name: 'Open Doctor' }).waitFor();
    await app.page.getByRole('status', { name: /^Engine: Unavailable/ }).waitFor();
    await app.picture('first-run-without-engine');
  });

  it('is on the screen before anything is checked', async () => {
    const marks = await app.marks();
    const shown = marks.get('window-shown') ?? Infinity;
    expect(shown).toBeLessThan(marks.get('core-open') ?? 0);
    expect(shown).toBeLessThan(15_000);
  });

  it('offers the ready-made environments all the same', async () => {
    const sample = app.page.getByRole('article', { name: 'Guest book' });
    await sample.getByRole('button', { name: 'Start' }).waitFor();
    await app.page.getByRole('article', { name: 'Dataverse' }).waitFor();
    await app.page.getByRole('article', { name: 'IoT platform' }).waitFor();
  });

  it('shows what the doctor finds, each with its state', async () => {
    await app.page.getByRole('link', { name: 'Doctor' }).click();
    await app.page.getByRole('listitem', { name: /engine.*: Failed$/i }).waitFor();
    await app.page.getByRole('button', { name: 'Check again' }).and(app.page.locator(':not([data-loading])')).waitFor();
    await app.picture('doctor-without-engine');
  });

  it('adds an environment that cannot run yet, and says why a start fails', async () => {
    await app.page.getByRole('link', { name: 'Environments' }).click();
    await app.page.getByRole('article', { name: 'Guest book' }).getByRole('button', { name: 'Start' }).click();
    await app.page.getByRole('heading', { name: 'Guest book' }).waitFor();
    const failed = app.page.locator('main .environment-page').getByRole('alert');
    await failed.getByText('engine.unreachable').waitFor();
    await failed.getByRole('button', { name: 'Try again' }).waitFor();
    await app.picture('start-without-engine');
  });

  it('keeps settings, and each change leaves the others alone', async () => {
    await app.page.getByRole('link', { name: 'Settings' }).click();
    const loopback = app.page.getByRole('switch', { name: 'Publish ports to this machine only' });
    const dark = app.page.getByRole('radio', { name: 'Dark' });
    await loopback.press('Space');
    await expect.poll(() => loopback.isChecked()).toBe(false);
    await dark.press('Space');
    await expect.poll(() => dark.isChecked()).toBe(true);
    await app.page.reload();
    await expect.poll(() => dark.isChecked()).toBe(true);
    expect(await loopback.isChecked()).toBe(false);
    expect(await app.electron.evaluate(({ nativeTheme }) => nativeTheme.shouldUseDarkColors)).toBe(true);
    await app.picture('settings');
  });

  it('can be used without a mouse: the palette goes everywhere', async () => {
    await app.page.keyboard.press('Control+k');
    await app.page.getByLabel('Search commands').fill('ports');
    await app.page.keyboard.press('Enter');
    await app.page.getByRole('heading', { name: 'Ports', level: 1 }).waitFor();
  });
});
