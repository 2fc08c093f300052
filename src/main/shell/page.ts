import path from 'node:path';

/** The scheme that serves the window's own files: a real origin, so that 'self' in the policy means these files alone. */
export const appScheme = 'slipway-app';

/** Where the window's page comes from: the built files, or the development server. */
export interface PageSource {
  readonly url: string;
  /** The folder with the built page. */
  readonly directory: string;
}

/** The development server's address stands in for the built page where it is given. */
export function pageSource(directory: string, devServer: string | undefined): PageSource {
  return { directory, url: devServer ?? `${appScheme}://window/index.html` };
}

/** Whether `url` is a place within the window's own page. Anything that is no address is not. */
export function isOwnPage(url: string, source: PageSource): boolean {
  return originOf(url) !== undefined && originOf(url) === originOf(source.url);
}

function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  // `origin` is "null" for schemes that the URL standard doesn't know.
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** The file that a path of the scheme names; undefined when it would lie outside `directory`. */
export function fileWithin(directory: string, urlPath: string): string | undefined {
  let relative: string;
  try {
    relative = decodeURIComponent(urlPath);
  } catch {
    return undefined;
  }
  const file = path.resolve(directory, `.${path.posix.sep}${relative}`);
  return file.startsWith(directory + path.sep) ? file : undefined;
}
