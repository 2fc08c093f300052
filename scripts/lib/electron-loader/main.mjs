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
app.setName(manifest.productName ?? manifest.name);
app.setVersion(manifest.version);
app.setAppPath(directory);
await import(pathToFileURL(path.join(directory, manifest.main)).href);
