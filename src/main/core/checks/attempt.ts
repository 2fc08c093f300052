import type { Cancellable } from '../base/abort.ts';

/** Why a try did not succeed: in words that follow "Check “name” failed:", and the raw text behind them. */
export interface Refusal {
  readonly message: string;
  readonly detail?: string;
}

/** Tries once. Undefined: it is as it should be. Rejects only when `signal` aborts or the engine fails. */
export type Attempt = (options: Cancellable) => Promise<Refusal | undefined>;

/** As much of an answer as a person wants to see. */
export function excerpt(text: string): string {
  const longest = 2_000;
  const trimmed = text.trim();
  return trimmed.length > longest ? `${trimmed.slice(0, longest)}…` : trimmed;
}
