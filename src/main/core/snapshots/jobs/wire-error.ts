import { Fault, isAbort } from '../../base/fault.ts';
import type { Problem } from '../../../../shared/problem.ts';

/** An error on its way between threads, where classes are lost. */
export type WireError =
  | { readonly kind: 'abort' }
  | { readonly kind: 'fault'; readonly problem: Problem }
  | { readonly kind: 'other'; readonly message: string; readonly stack: string };

export function toWire(error: unknown): WireError {
  if (isAbort(error)) return { kind: 'abort' };
  if (error instanceof Fault) return { kind: 'fault', problem: error.problem };
  if (error instanceof Error) return { kind: 'other', message: error.message, stack: error.stack ?? '' };
  return { kind: 'other', message: String(error), stack: '' };
}

export function fromWire(wire: WireError): Error {
  switch (wire.kind) {
    case 'abort':
      return new DOMException('Cancelled', 'AbortError');
    case 'fault':
      return new Fault(wire.problem);
    case 'other':
      return Object.assign(new Error(wire.message), { stack: wire.stack });
  }
}
