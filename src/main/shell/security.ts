import type { App, Session, WebContents } from 'electron';
import { isOwnPage, type PageSource } from './page.ts';

/** Every page of the app, whoever makes it, can go nowhere, open nothing and embed nothing. */
export function denyEscapes(app: App, source: PageSource): void {
  app.on('web-contents-created', (_event, contents) => confine(contents, source));
}

function confine(contents: WebContents, source: PageSource): void {
  const stay = (event: Electron.Event, url: string): void => {
    // A reload of the page itself is no escape.
    if (!isOwnPage(url, source)) event.preventDefault();
  };
  contents.on('will-navigate', (event) => stay(event, event.url));
  contents.on('will-redirect', (event) => stay(event, event.url));
  contents.on('will-frame-navigate', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** No camera, no notifications, no devices. The one thing granted is writing text to the clipboard from our own page. */
export function denyPermissions(session: Session, source: PageSource): void {
  const granted = (permission: string, url: string | undefined): boolean =>
    permission === 'clipboard-sanitized-write' && url !== undefined && isOwnPage(url, source);
  session.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) => {
    answer(granted(permission, requestingUrl));
  });
  session.setPermissionCheckHandler((contents, permission) => granted(permission, contents?.getURL()));
  session.setDevicePermissionHandler(() => false);
}
