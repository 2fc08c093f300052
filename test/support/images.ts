import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { engineRequest } from './engine-http.ts';
import { run } from './run.ts';

/** What goes into a tar at one path: a file's content, or more about it. */
export type TarEntry =
  | string
  | Buffer
  | { content?: string | Buffer; mode?: number; uid?: number; gid?: number; mtime?: Date; type?: 'file' | 'directory' | 'symlink' | 'link'; target?: string };

/** A tar of the given paths, in order: the content of a `FROM scratch` image or of a volume. */
export function scratchTar(entries: Readonly<Record<string, TarEntry>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, entry] of Object.entries(entries)) {
    const { content = '', target, type = 'file', mode = type === 'directory' ? 0o755 : 0o644, ...rest } =
      typeof entry === 'string' || Buffer.isBuffer(entry) ? { content: entry } : entry;
    tar.entry({ name, type, mode, ...(target === undefined ? {} : { linkname: target }), ...rest }, content);
  }
  tar.finalize();
  return buffer(tar);
}

/** A root file system of about 2 MB with a shell and the usual small programs (`sh`, `httpd`, `nc`, `wget`, …). */
export async function busyboxTar(extra: Readonly<Record<string, TarEntry>> = {}): Promise<Buffer> {
  const programs = (await run('/bin/busybox', ['--list'])).trim().split('\n').filter((program) => program !== 'busybox');
  return scratchTar({
    'bin/': { type: 'directory' },
    'bin/busybox': { content: await readFile('/bin/busybox'), mode: 0o755 },
    ...Object.fromEntries(programs.map((program) => [`bin/${program}`, { type: 'symlink', target: 'busybox' } as const])),
    'etc/': { type: 'directory' },
    'etc/passwd': 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
    'etc/group': 'root:x:0:\nnogroup:x:65534:\n',
    'tmp/': { type: 'directory', mode: 0o1777 },
    ...extra,
  });
}

/**
 * Makes an image out of a root file system. `changes` are Dockerfile lines (`CMD ["sh"]`, `ENV A=b`, `VOLUME /data`);
 * `platform` e.g. `linux/arm64` marks it as made for another machine. Resolves with the image's id.
 */
export async function importImage(
  socket: string,
  reference: string,
  tar: Buffer,
  { changes = [], platform }: { changes?: readonly string[]; platform?: string } = {},
): Promise<string> {
  const { name, tag } = splitReference(reference);
  const query = new URLSearchParams({ fromSrc: '-', repo: name, tag, ...(platform ? { platform } : {}) });
  for (const change of changes) query.append('changes', change);
  const answer = await engineRequest(socket, 'POST', `/images/create?${query.toString()}`, {
    body: tar,
    headers: { 'content-type': 'application/x-tar' },
  });
  const last = lastLine(answer);
  return last.status ?? '';
}

/** A runnable image with busybox, whose default command waits until it is stopped. */
export async function importBusybox(
  socket: string,
  reference = 'slipway-test/busybox:1',
  { changes = [], files = {} }: { changes?: readonly string[]; files?: Readonly<Record<string, TarEntry>> } = {},
): Promise<string> {
  const defaults = ['ENV PATH=/bin', 'CMD ["sh", "-c", "trap exit TERM; while :; do sleep 1 & wait $!; done"]'];
  return importImage(socket, reference, await busyboxTar(files), { changes: [...defaults, ...changes] });
}

/** Gives an image a further name. */
export async function tagImage(socket: string, image: string, reference: string): Promise<void> {
  const { name, tag } = splitReference(reference);
  await engineRequest(socket, 'POST', `/images/${image}/tag?${new URLSearchParams({ repo: name, tag }).toString()}`);
}

/** Pushes `reference` (which names the registry) and resolves with its digest there. */
export async function pushImage(
  socket: string,
  reference: string,
  auth: { username?: string; password?: string } = {},
): Promise<string> {
  const { name, tag } = splitReference(reference);
  const answer = await engineRequest(socket, 'POST', `/images/${name}/push?tag=${tag}`, {
    // The engine wants the padding that Node's own `base64url` leaves out, and takes anything else for no login.
    headers: { 'x-registry-auth': Buffer.from(JSON.stringify(auth)).toString('base64').replaceAll('+', '-').replaceAll('/', '_') },
  });
  lastLine(answer);
  const digest = /"Digest":"(sha256:[0-9a-f]{64})"/.exec(answer)?.[1];
  if (digest === undefined) throw new Error(`The push of ${reference} named no digest: ${answer}`);
  return digest;
}

/** Removes an image by name or id from the engine, so that it has to be pulled again. */
export async function removeImage(socket: string, reference: string): Promise<void> {
  await engineRequest(socket, 'DELETE', `/images/${reference}?force=true`);
}

/** The engine reports failures of long calls in the stream, under status 200. */
function lastLine(answer: string): { status?: string } {
  const lines = answer.trim().split('\n').map((line) => JSON.parse(line) as { status?: string; error?: string });
  const failed = lines.find((line) => line.error !== undefined);
  if (failed?.error !== undefined) throw new Error(failed.error);
  return lines.at(-1) ?? {};
}

function splitReference(reference: string): { name: string; tag: string } {
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  return colon < 0 ? { name: reference, tag: 'latest' } : { name: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}
