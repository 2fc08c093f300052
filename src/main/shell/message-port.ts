import type { IpcMain, IpcMainEvent, MessagePortMain, WebContents } from 'electron';
import { isOwnPage, type PageSource } from './page.ts';

/** The preload script's one message; see src/preload/index.ts. */
const channel = 'slipway:port';

export interface PortDoor {
  readonly ipc: IpcMain;
  readonly source: PageSource;
  /** The window whose page may connect; undefined while there is none. */
  readonly contents: () => WebContents | undefined;
  readonly onPort: (port: MessagePortMain) => void;
}

/**
 * Lets in the port of our own window's main frame, one at a time: a reloaded page's port replaces the former. Any other
 * sender's ports are closed unread.
 */
export function acceptPorts({ ipc, source, contents, onPort }: PortDoor): void {
  let current: MessagePortMain | undefined;
  ipc.on(channel, (event: IpcMainEvent) => {
    const frame = event.senderFrame;
    const welcome =
      frame !== null &&
      event.sender === contents() &&
      frame === event.sender.mainFrame &&
      isOwnPage(frame.url, source) &&
      event.ports.length === 1;
    const [port] = event.ports;
    if (!welcome || !port) {
      for (const unwanted of event.ports) unwanted.close();
      return;
    }
    current?.close();
    current = port;
    onPort(port);
  });
}
