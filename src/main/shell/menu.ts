import { type App, Menu, type MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  /** Shows a page of the app. */
  readonly go: (page: string) => void;
  readonly openExternal: (url: string) => void;
}

const documentation = 'https://docs.docker.com/compose/';

/** The application menu: standard roles, and the app's own pages on Ctrl/Cmd + 1 …. */
export function setMenu(app: App, { go, openExternal }: MenuActions): void {
  const page = (label: string, path: string, accelerator: string): MenuItemConstructorOptions => ({
    label,
    accelerator,
    click: () => go(path),
  });
  const settings = page('Settings…', '/settings', 'CmdOrCtrl+,');
  const template: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [macAppMenu(app.name, settings)] : []),
    {
      label: '&File',
      submenu: [
        page('Environments', '/', 'CmdOrCtrl+1'),
        page('Ports', '/ports', 'CmdOrCtrl+2'),
        page('Doctor', '/doctor', 'CmdOrCtrl+3'),
        ...(process.platform === 'darwin' ? [] : [settings]),
        { type: 'separator' },
        process.platform === 'darwin' ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        { role: 'toggleDevTools' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [{ label: 'About Compose files', click: () => openExternal(documentation) }, { role: 'about' }],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function macAppMenu(name: string, settings: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    label: name,
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
}
