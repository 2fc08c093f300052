import type { ProblemCode } from '../../../../shared/problem.ts';

/** What a call was meant to do, in words that fit "could not …"; failures are told in these terms. */
export interface Attempt {
  /** e.g. `start the container web`. */
  readonly doing: string;
  /** What the call is about, and the code to raise when the daemon says that it doesn't exist. */
  readonly subject?: string;
  readonly missing?: ProblemCode;
  /** The daemon did answer before: if it can't be reached now, it was lost. */
  readonly midway?: boolean;
}

/** An id short enough to be read aloud; names stay as they are. */
export function shortId(id: string): string {
  const hex = id.replace(/^sha256:/, '');
  return /^[0-9a-f]{64}$/.test(hex) ? hex.slice(0, 12) : id;
}

export function aboutContainer(verb: string, id: string): Attempt {
  return { doing: `${verb} the container ${shortId(id)}`, subject: shortId(id), missing: 'engine.not-found' };
}

export function aboutImage(verb: string, reference: string): Attempt {
  return { doing: `${verb} the image ${shortId(reference)}`, subject: shortId(reference), missing: 'image.not-found' };
}

export function aboutNetwork(verb: string, name: string): Attempt {
  return { doing: `${verb} the network ${shortId(name)}`, subject: shortId(name), missing: 'engine.not-found' };
}

export function aboutVolume(verb: string, name: string): Attempt {
  return { doing: `${verb} the volume ${shortId(name)}`, subject: shortId(name), missing: 'volume.not-found' };
}
