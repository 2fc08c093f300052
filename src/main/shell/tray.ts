import { Menu, type MenuItemConstructorOptions, Tray } from 'electron';
import type { EnvironmentSummary } from '../../shared/models/environment.ts';
import { appIcon } from './icon.ts';

export interface TrayActions {
  /** Shows the window, at a page of the app where one is given. */
  readonly show: (page?: string) => void;
  readonly quit: () => void;
}

/** The icon in the system's tray with every environment and its state. There only while the person wants it. */
export class AppTray {
  readonly #actions: TrayActions;
  #tray: Tray | undefined;
  #environments: readonly EnvironmentSummary[] = [];

  constructor(actions: TrayActions) {
    this.#actions = actions;
  }

  get shown(): boolean {
    return this.#tray !== undefined;
  }

  setShown(shown: boolean): void {
    if (shown === this.shown) return;
    if (!shown) {
      this.#tray?.destroy();
      this.#tray = undefined;
      return;
    }
    this.#tray = new Tray(appIcon(32));
    this.#tray.on('click', () => this.#actions.show());
    this.#render();
  }

  setEnvironments(environments: readonly EnvironmentSummary[]): void {
    this.#environments = environments;
    this.#render();
  }

  #render(): void {
    const { show, quit } = this.#actions;
    const running = this.#environments.filter(({ servicesRunning }) => servicesRunning > 0).length;
    this.#tray?.setToolTip(running === 0 ? 'Slipway' : `Slipway: ${running} running`);
    this.#tray?.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Show Slipway', click: () => show() },
        { type: 'separator' },
        ...this.#environments.map(
          ({ id, title, state }): MenuItemConstructorOptions => ({
            label: `${title}: ${state}`,
            click: () => show(`/environments/${encodeURIComponent(id)}`),
          }),
        ),
        { type: 'separator' },
        { label: 'Quit', click: () => quit() },
      ]),
    );
  }
}
