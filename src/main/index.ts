import os from 'node:os';
import path from 'node:path';
import { app, dialog, ipcMain, type MessagePortMain, nativeTheme, safeStorage, session } from 'electron';
import Store from 'electron-store';
import { toProblem } from './core/base/fault.ts';
import type { Core } from './core/create-core.ts';
import { dataDirectory } from './core/data-directory.ts';
import { registerAppScheme, serveApp } from './shell/app-protocol.ts';
import { pageOfArguments, registerDeepLinks } from './shell/deep-links.ts';
import { createDesktop } from './shell/desktop.ts';
import { fileLogger } from './shell/file-logger.ts';
import { closeCore, followCore, runningJobs } from './shell/core-and-shell.ts';
import { MainWindow } from './shell/main-window.ts';
import { setMenu } from './shell/menu.ts';
import { acceptPorts } from './shell/message-port.ts';
import { pageSource } from './shell/page.ts';
import { Quitting } from './shell/quitting.ts';
import { denyEscapes, denyPermissions } from './shell/security.ts';
import { FileTrace, noTrace } from './shell/trace.ts';
import { AppTray } from './shell/tray.ts';
import type { WindowMemory } from './shell/window-memory.ts';

// The app's composition root. The order is the promise: window first, then the core, then everything that watches it.

const built = path.resolve(import.meta.dirname, '..');
const home = dataDirectory({ environment: process.env, home: os.homedir(), platform: process.platform });
const source = pageSource(path.join(built, 'renderer'), process.env['ELECTRON_RENDERER_URL']);
const traceFile = process.env['SLIPWAY_TRACE'];
const trace = traceFile ? new FileTrace(traceFile, process.getCreationTime() ?? Date.now()) : noTrace;

app.setPath('userData', home);
registerAppScheme();
if (app.requestSingleInstanceLock()) run();
else app.quit();

function run(): void {
  const memory = new Store<WindowMemory>({ cwd: home, name: 'window', clearInvalidConfig: true });
  const logger = fileLogger(path.join(home, 'logs', 'slipway.log'));
  const desktop = createDesktop();
  const leaving = new AbortController();
  let core: Core | undefined;

  const window = new MainWindow({ source, memory, trace, preload: path.join(built, 'preload', 'index.cjs'), mayClose });
  // Links and second starts can come before the app is ready.
  const show = (page?: string): void => void app.whenReady().then(() => window.show(page));
  const tray = new AppTray({ show, quit: () => app.quit() });
  const quitting = new Quitting({
    app,
    ask: (options) => dialog.showMessageBox(options),
    runningJobs: () => (core ? runningJobs(core) : Promise.resolve([])),
    hide: () => window.hide(),
    close: async () => {
      leaving.abort();
      if (core) await closeCore(core);
    },
  });

  denyEscapes(app, source);
  registerDeepLinks(app, { developing: !app.isPackaged }, show);
  app.on('second-instance', (_event, words) => show(pageOfArguments(words)));
  app.on('activate', () => show());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  void app.whenReady().then(open).catch(fail);

  async function open(): Promise<void> {
    trace.mark('ready');
    const scheme = memory.get('colorScheme') ?? 'auto';
    nativeTheme.themeSource = scheme === 'auto' ? 'system' : scheme;
    denyPermissions(session.defaultSession, source);
    serveApp(session.defaultSession, source.directory);
    show(pageOfArguments(process.argv));
    setMenu(app, { go: show, openExternal: (url) => void desktop.openExternal(url) });
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => void quitting.now());
    const serving = window.shown.then(openCore);
    // What a page sends before the core is there waits in its port.
    const onPort = (port: MessagePortMain): void => void serving.then(({ serve }) => serve(port));
    acceptPorts({ ipc: ipcMain, source, contents: () => window.contents, onPort });
    const opened = await serving;
    core = opened.core;
    await followCore(core, { tray, memory, signal: leaving.signal }).catch((error: unknown) => {
      // The window shows the same failure, with a way out.
      logger.error('the shell no longer follows the core', { error: String(error) });
    });
  }

  /** The code of core and contract is read only now that there is a window to look at. */
  async function openCore(): Promise<{ core: Core; serve: (port: MessagePortMain) => void }> {
    const [{ openLocal }, { serveContract }, { keychainCipher }] = await Promise.all([
      import('./core/open-local.ts'),
      import('./shell/api-server.ts'),
      import('./shell/keychain.ts'),
    ]);
    const opened = openLocal({
      openState: ({ directory, name }) => new Store({ cwd: directory, name, clearInvalidConfig: false }),
      resourcesDirectory: path.resolve(built, '..', 'resources'),
      builtDirectory: built,
      cipher: keychainCipher(safeStorage, process.platform),
      logger,
    });
    opened.start();
    trace.mark('core-open');
    return { core: opened, serve: serveContract(opened, desktop) };
  }

  /** What closing the window means: hide it, leave the app, or (on macOS) just close it. */
  function mayClose(): boolean {
    if (quitting.closed) return true;
    if (tray.shown) {
      window.hide();
      return false;
    }
    if (process.platform === 'darwin') return true;
    void quitting.request();
    return false;
  }

  function fail(error: unknown): void {
    const { message, hint, detail } = toProblem(error);
    logger.error('the app failed to start', { message, detail });
    dialog.showErrorBox(message, [hint, detail].filter(Boolean).join('\n\n'));
  }
}
