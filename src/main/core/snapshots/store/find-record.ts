import type { Cancellable } from '../../base/abort.ts';
import { Fault } from '../../base/fault.ts';
import { isDamage, perhapsLost } from '../format/damage.ts';
import { annotations } from '../format/manifest.ts';
import type { Blobs } from './blobs.ts';
import { listRecords, type UnreadableSnapshot } from './snapshot-records.ts';
import { summarise, type SnapshotRecord } from './snapshot-record.ts';

const shortestPrefix = 4;

/**
 * The snapshot that `id` means: its digest, a unique beginning of the digest's hex digits, or its name. Raises
 * `snapshot.not-found`, and `snapshot.damaged` or `snapshot.unsupported` when it is that one which can't be read. While
 * any other is damaged, nobody can say that there is no such snapshot: the list itself may be what was changed. Then it
 * raises `snapshot.damaged`, with those as its data's `unreadable`.
 */
export async function findRecord(
  blobs: Blobs,
  id: string,
  options: Cancellable & { readonly cache?: Map<string, SnapshotRecord> } = {},
): Promise<SnapshotRecord> {
  const { records, unreadable } = await listRecords(blobs, options);
  const hex = id.replace(/^sha256:/, '');
  const isMeant = (digest: string, names: readonly (string | undefined)[]): boolean =>
    names.includes(id) || (hex.length >= shortestPrefix && digest.startsWith(`sha256:${hex}`));
  const found = records.filter((record) =>
    isMeant(record.descriptor.digest, [summarise(record).name, record.descriptor.annotations?.[annotations.refName]]),
  );
  const broken = unreadable.filter(({ descriptor }) =>
    isMeant(descriptor.digest, [descriptor.annotations?.[annotations.title], descriptor.annotations?.[annotations.refName]]),
  );
  const [record] = found;
  if (record && found.length + broken.length === 1) return record;
  if (broken[0] && found.length + broken.length === 1) throw broken[0].fault;
  if (record) {
    throw new Fault({
      code: 'snapshot.not-found',
      message: `${found.length + broken.length} snapshots are called ${id}.`,
      hint: 'Name one by more digits of its id.',
      data: { candidates: found.map(({ descriptor }) => descriptor.digest) },
    });
  }
  const lost = unreadable.filter(({ fault }) => isDamage(fault));
  if (lost.length > 0) throw perhapsLost(id, lost.map(describeLost));
  throw new Fault({
    code: 'snapshot.not-found',
    message: `There is no snapshot ${id}.`,
    hint: 'List the snapshots to see their names and ids.',
  });
}

function describeLost({ descriptor: { digest, annotations: noted }, fault }: UnreadableSnapshot): { id: string; name: string; reason: string } {
  return { id: digest, name: noted?.[annotations.title] ?? digest.slice(7, 19), reason: fault.problem.message };
}
