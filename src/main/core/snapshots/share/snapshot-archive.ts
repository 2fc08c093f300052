import { type FileHandle, open } from 'node:fs/promises';
import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { type FileRange, readRange } from '../../base/file-range.ts';
import { visitTar } from '../../base/tar-contents.ts';
import { damaged } from '../format/damage.ts';
import { anyArtifactVersion, anyManifest, type Descriptor, imageIndex, mediaTypes } from '../format/manifest.ts';
import { sha256 } from '../store/blobs.ts';
import { parseDocument } from '../store/layout.ts';
import { anySealedVersion } from './sealed-manifest.ts';
import type { SnapshotSource } from './snapshot-remote.ts';

export const archiveNames = {
  layout: 'oci-layout',
  index: 'index.json',
  blob: (digest: string): string => `blobs/sha256/${digest.slice('sha256:'.length)}`,
} as const;

const blobName = /^blobs\/sha256\/([0-9a-f]{64})$/;
const maxDocumentBytes = 4 * 1024 * 1024;

/** A snapshot in one file: the tar of an OCI layout (`oci-archive`) that lists it alone. Nothing is unpacked. */
export interface SnapshotArchive {
  readonly descriptor: Descriptor;
  /** It is encrypted. */
  readonly isSealed: boolean;
  /** Where every blob stands in the file. */
  readonly blobs: readonly (FileRange & { readonly digest: string })[];
  readonly source: SnapshotSource;
}

/**
 * Reads an exported snapshot's table of contents and its manifest, not its other blobs. Raises `usage.invalid` for a file
 * that can't be read, `snapshot.unsupported` for one that holds no snapshot, `snapshot.damaged` for one that is cut off
 * or says what can't be.
 */
export async function openArchive(file: string, { signal }: Cancellable = {}): Promise<SnapshotArchive> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new Fault(
      { code: 'usage.invalid', message: `${file} can’t be read.`, hint: 'Check the name, and that you may read it.', detail: String(error) },
      { cause: error },
    );
  });
  try {
    const places = await listPlaces(handle, file, { signal });
    const { manifests } = parseDocument(await readPlace(handle, file, places.get(archiveNames.index)), file, (value) => imageIndex.parse(value));
    const [descriptor] = manifests;
    if (!descriptor || manifests.length > 1) throw notAnExport(file);
    const bytes = await readPlace(handle, file, places.get(archiveNames.blob(descriptor.digest)));
    if (sha256(bytes) !== descriptor.digest) throw damaged(file, 'its manifest does not match its checksum');
    const { artifactType, config } = parseDocument(bytes, file, (value) => anyManifest.parse(value));
    const type = artifactType ?? config?.mediaType ?? '';
    const isSealed = anySealedVersion.test(type);
    if (!isSealed && !anyArtifactVersion.test(type)) throw notAnExport(file);
    if (descriptor.mediaType !== mediaTypes.manifest || descriptor.size !== bytes.length) throw damaged(file, 'its list does not fit its manifest');
    return { descriptor, isSealed, blobs: blobsOf(places), source: sourceOf(file, places, { descriptor, bytes }) };
  } finally {
    await handle.close();
  }
}

function blobsOf(places: ReadonlyMap<string, FileRange>): SnapshotArchive['blobs'] {
  return [...places].flatMap(([name, place]) => {
    const [, hex] = blobName.exec(name) ?? [];
    return hex === undefined ? [] : [{ digest: `sha256:${hex}`, ...place }];
  });
}

function sourceOf(file: string, places: ReadonlyMap<string, FileRange>, { descriptor, bytes }: { descriptor: Descriptor; bytes: Buffer }): SnapshotSource {
  return {
    receive: ({ digest, size }, { signal }) => {
      const place = places.get(archiveNames.blob(digest));
      if (place?.size !== size) throw damaged(file, `it lacks the blob ${digest}`);
      return readRange(file, place, { signal });
    },
    receiveManifest: () => Promise.resolve({ mediaType: descriptor.mediaType, bytes, digest: descriptor.digest }),
  };
}

async function listPlaces(handle: FileHandle, file: string, { signal }: Cancellable): Promise<ReadonlyMap<string, FileRange>> {
  const places = new Map<string, FileRange>();
  await visitTar(handle, {
    signal,
    onEntry: ({ kind, name }, content) => {
      if (kind === 'file') places.set(name.replace(/^\.\//, ''), content);
    },
    refuse: (flaw, block) => {
      if (!looksLikeOurs(block, places)) return notAnExport(file);
      return damaged(file, flaw === 'cut-off' ? 'it is cut off' : 'it was changed after it was made');
    },
  });
  return places;
}

/** Of a file whose beginning is damaged, too. */
function looksLikeOurs(block: Buffer, places: ReadonlyMap<string, FileRange>): boolean {
  return places.size > 0 || block.toString('latin1', 0, archiveNames.layout.length) === archiveNames.layout || block.toString('latin1', 257, 262) === 'ustar';
}

async function readPlace(handle: FileHandle, file: string, place: FileRange | undefined): Promise<Buffer> {
  if (!place) throw damaged(file, 'a part of it is missing');
  if (place.size > maxDocumentBytes) throw damaged(file, 'one of its documents is far too large');
  const bytes = Buffer.alloc(place.size);
  await handle.read(bytes, 0, place.size, place.offset);
  return bytes;
}

function notAnExport(file: string): Fault {
  return new Fault({
    code: 'snapshot.unsupported',
    message: `${file} is not a snapshot that Slipway exported.`,
    hint: 'Make one with `slipway snapshot export`, or by Export to a file in the window.',
  });
}
