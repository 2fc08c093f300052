import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appCommand, launchApp, type RunningApp } from './support/launch-app.ts';

const ownPage = 'slipway-app://window/index.html';

describe('the window is closed to the outside', () => {
  let app: RunningApp;

  beforeAll(async () => {
    app = await launchApp({ DOCKER_HOST: 'unix:///nonexistent/docker.sock' });
    await app.page.getByRole('heading', { name: 'Environments' }).waitFor();
  });
  afterAll(() => app.close());

  it('runs isolated and sandboxed, without Node', async () => {
    const names = ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'];
    const found = await app.page.evaluate<string[]>(`${JSON.stringify(names)}.filter((name) => name in globalThis)`);
    expect(found).toEqual([]);
    const preferences = await app.electron.evaluate(({ BrowserWindow }) => {
      // What the window was really given; Electron's types leave this method out.
      type Told = Electron.WebContents & { getLastWebPreferences(): Electron.WebPreferences };
      return (BrowserWindow.getAllWindows()[0]?.webContents as Told).getLastWebPreferences();
    });
    expect(preferences).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false, webviewTag: false });
  });

  it.each(['https://example.org/', 'file:///etc/passwd', 'slipway-app://elsewhere/', 'data:text/html,hello'])(
    'does not navigate to %s',
    async (url) => {
      await app.page.evaluate(`{
        const link = document.createElement('a');
        link.href = ${JSON.stringify(url)};
        document.body.append(link);
        link.click();
        link.remove();
      }`);
      await app.page.waitForTimeout(300);
      expect(app.page.url()).toContain(ownPage);
      expect(await app.page.evaluate(`document.querySelector('h1').textContent`)).toBe('Environments');
    },
  );

  it('opens no second window', async () => {
    expect(await app.page.evaluate(`window.open('https://example.org/') === null`)).toBe(true);
    expect(app.electron.windows()).toHaveLength(1);
  });

  it('runs no injected script, evaluates no text and reaches no address', async () => {
    const outcome = await app.page.evaluate(`(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.head.append(script);
      // In a task of its own: what a debugger evaluates may always evaluate text.
      const evaluated = await new Promise((resolve) => setTimeout(() => {
        try { resolve(Boolean(globalThis.eval('1'))); } catch { resolve(false); }
      }));
      const fetched = await fetch('https://example.org/').then(() => true, () => false);
      return { injected: 'injected' in window, evaluated, fetched };
    })()`);
    expect(outcome).toEqual({ injected: false, evaluated: false, fetched: false });
  });

  it('serves nothing but its own files', async () => {
    const statuses = await app.electron.evaluate(async ({ net }) => {
      const urls = ['index.html', 'missing.js', '..%2f..%2fpackage.json', '%2e%2e/main/index.js'];
      return Promise.all(urls.map(async (file) => (await net.fetch(`slipway-app://window/${file}`)).status));
    });
    expect(statuses).toEqual([200, 404, 404, 404]);
  });

  it('states its policy in the header and in the page', async () => {
    const header = await app.electron.evaluate(async ({ net }) =>
      (await net.fetch('slipway-app://window/index.html')).headers.get('content-security-policy'),
    );
    const meta = await app.page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    for (const policy of [header, meta]) {
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).not.toContain('unsafe-eval');
    }
  });

  it('grants the page no permission but to write to the clipboard', async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'midi', 'clipboard-read'];
    const states = await app.page.evaluate<string[]>(
      `Promise.all(${JSON.stringify(names)}.map(async (name) => (await navigator.permissions.query({ name })).state))`,
    );
    expect(new Set(states)).toEqual(new Set(['denied']));
  });

  it('gives each load of the page exactly one port', async () => {
    await app.page.addInitScript({
      content: `window.ports = 0; addEventListener('message', (event) => { window.ports += event.ports.length; });`,
    });
    await app.page.reload();
    await app.page.getByRole('article', { name: 'Guest book' }).waitFor();
    expect(await app.page.evaluate('window.ports')).toBe(1);
  });

  it('is one app a person: a second start shows the first window, at the place that a link names', async () => {
    const { executable, args } = appCommand();
    const link = 'slipway://environment/nowhere';
    await promisify(execFile)(executable, [...args, link], { env: { ...process.env, SLIPWAY_HOME: app.home }, timeout: 60_000 });
    await app.page.getByRole('alert').getByText('There is no environment named “nowhere” here.').waitFor();
    expect(app.electron.windows()).toHaveLength(1);
  });
});
