import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Everything fetched or built once for this machine. Outside the checkout, so that clones share it. */
export const cacheDir =
  process.env.SLIPWAY_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'slipway');

/** The reference `docker compose`, which tests compare against. There once `steps/reference-compose.mjs` ran. */
export const composeBinary = path.join(cacheDir, 'reference-compose', 'docker-compose');
