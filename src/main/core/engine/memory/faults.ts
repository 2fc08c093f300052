import { Fault } from '../../base/fault.ts';

/** The memory engine's refusals, in the shape that a real daemon's get. */
export function notFound(kind: string, name: string): Fault {
  return new Fault({
    code: kind === 'volume' ? 'volume.not-found' : kind === 'image' ? 'image.not-found' : 'engine.not-found',
    message: `The engine has no ${kind} ${name}.`,
    hint: 'It may have been removed. Refresh and try again.',
    data: { subject: name },
  });
}

export function conflict(doing: string, why: string): Fault {
  return new Fault({ code: 'engine.conflict', message: `The engine could not ${doing}: ${why}`, hint: 'Remove or rename what is in the way.' });
}

export function rejected(doing: string, why: string): Fault {
  return new Fault({ code: 'engine.rejected', message: `The engine could not ${doing}: ${why}`, hint: 'Correct what was asked for.' });
}

export function networkConflict(doing: string, why: string): Fault {
  return new Fault({ code: 'network.conflict', message: `The engine could not ${doing}: ${why}`, hint: 'Use another name or subnet, or detach what is attached.' });
}
