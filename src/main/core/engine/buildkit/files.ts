import { type ServerDuplexStream, status } from '@grpc/grpc-js';
import { Channel } from '../../base/channel.ts';
import { isAbort } from '../../base/fault.ts';
import type { BuildDirectory, BuildEntry, BuildSession } from '../buildkit.ts';
import { packet, packetType, type Packet, type PacketStat } from './messages.ts';
import { metadataOf, type SessionMethod, streaming } from './methods.ts';

type FileCall = ServerDuplexStream<Packet, Packet>;

/** Go's `os.FileMode` bits for what a file is, and for what the permission bits hold besides permissions. */
const goMode = { directory: 2 ** 31, link: 2 ** 27, setuid: 2 ** 23, setgid: 2 ** 22, sticky: 2 ** 20 };

/**
 * Sends directories as fsutil's protocol has it (https://github.com/tonistiigi/fsutil): all entries are told first; the
 * builder asks for the content of those whose size or time it doesn't know.
 */
export function fileMethods({ directories }: BuildSession, signal: AbortSignal): SessionMethod[] {
  return [
    streaming('/moby.filesync.v1.FileSync/DiffCopy', [packet, packet], (call) => {
      const name = metadataOf(call.metadata, 'dir-name')[0] ?? '';
      const directory = directories[name];
      if (!directory) {
        call.emit('error', { code: status.NOT_FOUND, details: `the directory ${name} is not given to this build` });
        return;
      }
      const only = [...metadataOf(call.metadata, 'include-patterns'), ...metadataOf(call.metadata, 'followpaths')];
      send(call, directory, only, signal).catch(async (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        if (!isAbort(error)) await write(call, { type: packetType.error, data: Buffer.from(text) }).catch(() => undefined);
        call.emit('error', { code: status.ABORTED, details: text });
      });
    }),
  ];
}

async function send(call: FileCall, directory: BuildDirectory, only: readonly string[], signal: AbortSignal): Promise<void> {
  const files = new Map<number, BuildEntry>();
  const requests = new Channel<number>();
  let failure: Error | undefined;
  call.on('data', ({ type, ID = 0, data }: Packet) => {
    if (type === packetType.request) requests.push(ID);
    if (type === packetType.error) failure = new Error(String(data));
    if (type === packetType.end || type === packetType.error) requests.end();
  });
  for (const end of ['end', 'cancelled', 'error']) call.on(end, () => requests.end());
  const told = tell(call, directory, only, files, signal);
  // Awaited below; a failure ends the wait for requests that then never come.
  told.catch(() => requests.end());
  for await (const id of requests.read({ signal })) {
    const file = files.get(id);
    files.delete(id);
    if (file) for await (const data of file.read()) await write(call, { type: packetType.data, ID: id, data: Buffer.from(data) });
    await write(call, { type: packetType.data, ID: id });
  }
  await told;
  if (failure) throw failure;
  await write(call, { type: packetType.end });
  call.end();
}

async function tell(call: FileCall, directory: BuildDirectory, only: readonly string[], files: Map<number, BuildEntry>, signal: AbortSignal): Promise<void> {
  let id = 0;
  for await (const entry of directory.entries({ signal, ...(only.length > 0 ? { only } : {}) })) {
    if (entry.kind === 'file') files.set(id, entry);
    id += 1;
    await write(call, { type: packetType.entry, stat: statOf(entry) });
  }
  await write(call, { type: packetType.entry });
}

function statOf({ path, kind, mode, sizeBytes, modifiedNs, target }: BuildEntry): PacketStat {
  const special =
    (kind === 'directory' ? goMode.directory : kind === 'link' ? goMode.link : 0) +
    (mode & 0o4000 ? goMode.setuid : 0) +
    (mode & 0o2000 ? goMode.setgid : 0) +
    (mode & 0o1000 ? goMode.sticky : 0);
  return {
    path,
    mode: (mode & 0o777) + special,
    size: kind === 'directory' ? 0 : sizeBytes,
    modTime: String(modifiedNs),
    ...(target === undefined ? {} : { linkname: target }),
  };
}

/** Resolves when the other side has room for more; rejects when it is gone. */
function write(call: FileCall, value: Packet): Promise<void> {
  if (call.cancelled || call.destroyed) return Promise.reject(new DOMException('The builder asks no more', 'AbortError'));
  if (call.write(value)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      call.off('drain', settle).off('cancelled', settle).off('close', settle);
      if (call.cancelled) reject(new DOMException('The builder asks no more', 'AbortError'));
      else resolve();
    };
    call.on('drain', settle).on('cancelled', settle).on('close', settle);
  });
}
