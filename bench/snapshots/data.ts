import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { Postgres } from './postgres.ts';

/** One kind of data: how it is made in an empty directory, and how it changes. */
export interface Data {
  readonly title: string;
  fill(place: string): Promise<void> | void;
  readonly changes?: Readonly<Record<string, (place: string) => Promise<void>>>;
}

/** Three kinds of data of about `megabytes` each; small files by their count. */
export function kindsOfData({ megabytes, files }: { readonly megabytes: number; readonly files: number }): readonly Data[] {
  return [
    {
      title: `PostgreSQL of ${megabytes} MB`,
      fill: (place) => Postgres.create(place, megabytes),
      changes: {
        'random updates': (place) => Postgres.at(place).run((database) => database.pgbench(Math.max(200, megabytes * 2))),
        'inserts only': (place) => Postgres.at(place).run((database) => database.insertHistory(megabytes * 100)),
        nothing: () => Promise.resolve(),
      },
    },
    {
      title: `${files} small files`,
      fill: (place) => {
        fillSmallFiles(place, files);
      },
      changes: {
        'one file in a hundred': (place) => {
          changeSmallFiles(place, files);
          return Promise.resolve();
        },
        nothing: () => Promise.resolve(),
      },
    },
    {
      title: `${megabytes} MB that can't be compressed`,
      fill: (place) => {
        fillRandom(place, megabytes);
      },
    },
  ];
}

export function emptyDirectory(place: string): void {
  for (const name of readdirSync(place)) rmSync(path.join(place, name), { recursive: true });
}

/** Text of the lengths that source trees and mail have. */
function fillSmallFiles(place: string, files: number): void {
  const text = new Text();
  for (let number = 0; number < files; number += 1) {
    if (number % filesOfDirectory === 0) mkdirSync(path.dirname(smallFile(place, number)));
    const file = openSync(smallFile(place, number), 'w');
    writeSync(file, text.next(75 * (1 + (number % 40))));
    closeSync(file);
  }
}

const filesOfDirectory = 200;

function smallFile(place: string, number: number): string {
  return path.join(place, `d${Math.floor(number / filesOfDirectory)}`, `file-${number}.txt`);
}

function changeSmallFiles(place: string, files: number): void {
  for (let number = 0; number < files; number += 100) appendFileSync(smallFile(place, number), `changed ${number}\n`);
}

/** Words, some of them far more often than others, so that it compresses about 3× as people's texts do; always the same. */
class Text {
  readonly #words = Array.from({ length: 4096 }, (_, number) => createHash('sha256').update(String(number)).digest('hex').slice(0, 3 + (number % 8)));
  #state = 1;

  next(length: number): string {
    let text = '';
    while (text.length < length) {
      // Marsaglia's xorshift, 32 bits.
      this.#state ^= this.#state << 13;
      this.#state ^= this.#state >>> 17;
      this.#state ^= this.#state << 5;
      const share = (this.#state >>> 0) / 2 ** 32;
      text += `${this.#words[Math.floor(share ** 7 * this.#words.length)] ?? ''}${(this.#state & 7) === 0 ? '\n' : ' '}`;
    }
    return text.slice(0, length);
  }
}

function fillRandom(place: string, megabytes: number): void {
  const file = openSync(path.join(place, 'random'), 'w');
  for (let written = 0; written < megabytes; written += 1) writeSync(file, randomBytes(1e6));
  closeSync(file);
}
