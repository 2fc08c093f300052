import path from 'node:path';

export interface Surroundings {
  /** Stands for `process.env`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/**
 * Where the app and the command line keep their state: SLIPWAY_HOME, else the platform's folder for an app's user data
 * (the one that Electron calls `userData`).
 */
export function dataDirectory({ environment, home, platform }: Surroundings): string {
  if (environment['SLIPWAY_HOME']) return path.resolve(environment['SLIPWAY_HOME']);
  switch (platform) {
    case 'darwin':
      return path.join(home, 'Library', 'Application Support', 'slipway');
    case 'win32':
      return path.join(environment['APPDATA'] ?? path.join(home, 'AppData', 'Roaming'), 'slipway');
    default:
      return path.join(environment['XDG_CONFIG_HOME'] ?? path.join(home, '.config'), 'slipway');
  }
}
