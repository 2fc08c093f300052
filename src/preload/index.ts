import { ipcRenderer } from 'electron';

/** The part of the page's window that is used here; Node's own types, which this is built with, know no DOM. */
declare const window: {
  readonly origin: string;
  addEventListener(event: 'DOMContentLoaded', listener: () => void, options: { once: true }): void;
  postMessage(message: string, origin: string, ports: readonly object[]): void;
};

/**
 * Hands the page ONE port to the main process and nothing else. A channel a document: a reloaded page gets a fresh
 * port, and the main process sees the old one close. The page's scripts are modules, so by now they listen.
 */
window.addEventListener(
  'DOMContentLoaded',
  () => {
    const { port1, port2 } = new MessageChannel();
    ipcRenderer.postMessage('slipway:port', null, [port1]);
    window.postMessage('slipway:port', window.origin, [port2]);
  },
  { once: true },
);
