import path from 'node:path';
import type { App } from 'electron';

const scheme = 'slipway';

/**
 * The page that a link from outside leads to: `slipway://environment/NAME`. Undefined for anything else; a link can
 * show something, never start or change anything.
 */
export function pageOfLink(link: string): string | undefined {
  if (!URL.canParse(link)) return undefined;
  const { protocol, host, pathname } = new URL(link);
  if (protocol !== `${scheme}:` || host !== 'environment') return undefined;
  try {
    const name = decodeURIComponent(pathname.slice(1));
    return name && !name.includes('/') ? `/open/${encodeURIComponent(name)}` : undefined;
  } catch {
    return undefined;
  }
}

/** The first link among a command line's words, as Windows and Linux hand links over. */
export function pageOfArguments(words: readonly string[]): string | undefined {
  for (const word of words) {
    const page = pageOfLink(word);
    if (page !== undefined) return page;
  }
  return undefined;
}

/** Makes this app the one that opens `slipway:` links, and passes on those that macOS delivers as events. */
export function registerDeepLinks(app: App, { developing }: { developing: boolean }, open: (page: string) => void): void {
  const script = process.argv[1];
  if (developing && script !== undefined) {
    // Unpackaged, the executable is Electron itself and needs to be told which app to run.
    app.setAsDefaultProtocolClient(scheme, process.execPath, [path.resolve(script)]);
  } else {
    app.setAsDefaultProtocolClient(scheme);
  }
  app.on('open-url', (event, url) => {
    event.preventDefault();
    const page = pageOfLink(url);
    if (page !== undefined) open(page);
  });
}
