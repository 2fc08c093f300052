import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { VolumeReset, VolumeSession, VolumeTransport } from '../../../../../src/main/core/snapshots/transport.ts';

/** "Volumes" that are directories of this machine, read and written by GNU tar: another's archives, not our own. */
export class DirectoryVolumes implements VolumeTransport, VolumeReset {
  readonly directory: string;
  /** Sessions that were opened and not closed. */
  openSessions = 0;

  constructor(directory: string) {
    this.directory = directory;
  }

  async make(volume: string): Promise<string> {
    const place = path.join(this.directory, volume);
    await mkdir(place, { recursive: true });
    return place;
  }

  open(): Promise<VolumeSession> {
    this.openSessions += 1;
    return Promise.resolve({
      format: 'tar' as const,
      rootOf: (volume) => volume,
      read: (volume, { signal } = {}) => this.#read(volume, signal),
      write: (_volume, tar) => this.#write(tar),
      close: () => {
        this.openSessions -= 1;
        return Promise.resolve();
      },
    });
  }

  describe(volume: string): Promise<{ name: string }> {
    return Promise.resolve({ name: volume });
  }

  async ensure({ name }: { readonly name: string }): Promise<void> {
    await this.make(name);
  }

  async clear(volume: string): Promise<void> {
    const place = path.join(this.directory, volume);
    for (const name of await readdir(Buffer.from(place), { encoding: 'buffer' })) {
      await rm(Buffer.concat([Buffer.from(`${place}/`), name]), { recursive: true });
    }
  }

  async *#read(volume: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
    const options = ['--format=pax', '--pax-option=delete=atime,delete=ctime', '--xattrs', '--xattrs-include=*'];
    const tar = spawn('tar', ['-C', this.directory, ...options, '-cf', '-', volume], { signal, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(tar, 'close');
    ended.catch(() => undefined);
    yield* tar.stdout as AsyncIterable<Buffer>;
    const [code] = (await ended) as [number];
    if (code !== 0) throw new Error(`tar ended with ${code}`);
  }

  async #write(bytes: AsyncIterable<Buffer>): Promise<void> {
    const options = ['--xattrs', '--xattrs-include=*', '--numeric-owner', '-p'];
    const tar = spawn('tar', ['-C', this.directory, ...options, '-xf', '-'], { stdio: ['pipe', 'ignore', 'inherit'] });
    const ended = once(tar, 'close');
    await pipeline(Readable.from(bytes, { objectMode: false }), tar.stdin);
    const [code] = (await ended) as [number];
    if (code !== 0) throw new Error(`tar ended with ${code}`);
  }
}
