import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../core/base/logger.ts';

/** A log file that has grown beyond this, in bytes, is put aside at the next start. */
const fullAt = 2_000_000;

/** Writes a line of JSON an event to `file`, in order. What can't be written is lost: a log must never stop the app. */
export function fileLogger(file: string): Logger {
  let writing: Promise<void> = prepare(file).catch(() => undefined);
  const write = (level: string, message: string, fields: Record<string, unknown> = {}): void => {
    const line = JSON.stringify({ at: new Date().toISOString(), level, message, ...fields });
    writing = writing.then(() => appendFile(file, `${line}\n`)).catch(() => undefined);
  };
  return {
    debug: () => undefined,
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}

async function prepare(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size > fullAt) await rename(file, `${file}.old`);
}
