import { Fault } from '../../base/fault.ts';

/** The Fault for stored bytes that are not what they have to be. `what` names the thing, e.g. "Pack sha256:…". */
export function damaged(what: string, reason: string, options?: { cause?: unknown }): Fault {
  return new Fault(
    {
      code: 'snapshot.damaged',
      message: `${what} is damaged: ${reason}.`,
      hint: 'Nothing was changed. Restore another snapshot, or copy this one again from where it was shared.',
      data: { what, reason },
    },
    options,
  );
}

/** The Fault for a format that this version does not know. */
export function tooNew(what: string): Fault {
  return new Fault({
    code: 'snapshot.unsupported',
    message: `${what} was made by a newer version of Slipway.`,
    hint: 'Update Slipway, then try again.',
  });
}

export function isDamage(error: unknown): error is Fault {
  return error instanceof Fault && error.problem.code === 'snapshot.damaged';
}

/** A snapshot that is not among those that can be read; each of `unreadable` may be it. */
export function perhapsLost(id: string, unreadable: readonly { readonly id: string; readonly name: string; readonly reason: string }[]): Fault {
  return new Fault({
    code: 'snapshot.damaged',
    message: `There is no snapshot ${id} among those that can be read. These can't be: ${unreadable.map(({ name }) => name).join(', ')}.`,
    hint: 'Nothing was changed. List the snapshots: if it is one of these, put back a copy of the store, or import or pull the snapshot again.',
    data: { unreadable },
  });
}

export function isPerhapsLost(error: unknown): boolean {
  return isDamage(error) && error.problem.data?.['unreadable'] !== undefined;
}
