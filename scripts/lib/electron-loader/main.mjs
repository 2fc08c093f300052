// Goes into `resources/app/` of an Electron runtime that was taken out of another product, where the runtime expects
// that product. It runs the app whose directory is the first argument, as Electron's own default app does.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const argument = process.argv.slice(1).find((word) => !word.startsWith('-'));
if (argument === undefined) {
  process.stderr.write('Usage: electron [options] APP-DIRECTORY [arguments]\n');
  process.exit(2);
}
const directory = path.resolve(argument);
const manifest = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
/** Electron has these two for its default app and leaves them undocumented. */
const owner = /** @type {Electron.App & { setVersion(version: string): void, setAppPath(directory: string): void }} */ (app);
owner.setName(manifest.productName ?? manifest.name);
owner.setVersion(manifest.version);
owner.setAppPath(directory);
await import(pathToFileURL(path.join(directory, manifest.main)).href);
