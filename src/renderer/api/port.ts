/** The message with which the preload script hands over the one port; see src/preload/index.ts. */
const message = 'slipway:port';

/** Resolves with this page's port to the main process. Call it while the page's scripts are first evaluated. */
export function receivePort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent<unknown>): void => {
      const [port] = event.ports;
      if (event.source !== window || event.data !== message || !port) return;
      window.removeEventListener('message', listen);
      resolve(port);
    };
    window.addEventListener('message', listen);
  });
}
