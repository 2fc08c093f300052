import { BrowserWindow, dialog, nativeTheme, screen, type WebContents } from 'electron';
import { appIcon } from './icon.ts';
import type { PageSource } from './page.ts';
import type { Trace } from './trace.ts';
import { placement, smallest, type WindowStore } from './window-memory.ts';

/** The page's own grounds, shown until its first paint; see src/renderer/app/theme.ts. */
const ground = { dark: '#171c23', light: '#ffffff' } as const;

/** A page that crashes again so soon, in milliseconds, won't be helped by another reload. */
const crashAgainMs = 10_000;

export interface MainWindowParts {
  readonly source: PageSource;
  readonly preload: string;
  readonly memory: WindowStore;
  readonly trace: Trace;
  /** The person asked to close the window. True: it may close. */
  readonly mayClose: () => boolean;
}

/** The app's one window: made, shown, brought back, and reloaded when its page crashed. */
export class MainWindow {
  readonly #parts: MainWindowParts;
  /** Resolves once the first window is on the screen. */
  readonly shown: Promise<void>;
  #markShown: () => void = () => undefined;
  #window: BrowserWindow | undefined;
  #crashedAt = -Infinity;

  constructor(parts: MainWindowParts) {
    this.#parts = parts;
    this.shown = new Promise((resolve) => {
      this.#markShown = resolve;
    });
  }

  get contents(): WebContents | undefined {
    return this.#window?.webContents;
  }

  /** Shows the window, making it when there is none. `page` is a path within the app, e.g. `/ports`. */
  show(page?: string): void {
    if (!this.#window) {
      this.#open(page ?? '/');
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
    if (page !== undefined) this.#load(this.#window, page);
  }

  hide(): void {
    this.#window?.hide();
  }

  #open(page: string): void {
    const { preload, memory, trace } = this.#parts;
    const screens = screen.getAllDisplays().map((display) => display.workArea);
    const window = new BrowserWindow({
      ...placement(memory.get('bounds'), screens),
      minWidth: smallest.width,
      minHeight: smallest.height,
      show: false,
      title: 'Slipway',
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? ground.dark : ground.light,
      webPreferences: {
        preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webviewTag: false,
        spellcheck: false,
      },
    });
    this.#window = window;
    trace.mark('window-created');
    window.once('ready-to-show', () => {
      if (memory.get('maximized')) window.maximize();
      window.show();
      trace.mark('window-shown');
      this.#markShown();
      // On macOS the application's bundle has the icon.
      if (process.platform !== 'darwin') window.setIcon(appIcon(64));
    });
    window.on('close', (event) => {
      memory.set({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
      if (!this.#parts.mayClose()) event.preventDefault();
    });
    window.once('closed', () => {
      this.#window = undefined;
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') void this.#recover(window, reason);
    });
    void trace.followPage(window.webContents);
    this.#load(window, page);
  }

  /** Loading an address that differs in its hash alone moves within the page, without a reload. */
  #load(window: BrowserWindow, page: string): void {
    window.loadURL(`${this.#parts.source.url}#${page}`).catch(() => {
      // The page says itself what is wrong; a load that a newer one replaced is no failure.
    });
  }

  async #recover(window: BrowserWindow, reason: string): Promise<void> {
    const again = performance.now() - this.#crashedAt < crashAgainMs;
    this.#crashedAt = performance.now();
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      message: again ? 'Slipway’s window crashed again.' : 'Slipway’s window crashed.',
      detail: `Your environments and running jobs are not affected; the window picks them up again. (${reason})`,
      buttons: ['Reload the window', 'Close the window'],
      defaultId: again ? 1 : 0,
    });
    if (window.isDestroyed()) return;
    if (response === 0) window.webContents.reload();
    else window.close();
  }
}
