import { ORPCError } from '@orpc/client';
import type { Problem } from '../../shared/problem.ts';

/** The Problem behind anything that a query or a mutation rejected with. */
export function problemOf(error: unknown): Problem {
  // The contract's schema has validated the data of a defined error in the main process.
  if (error instanceof ORPCError && error.defined && error.code === 'PROBLEM') return error.data as Problem;
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal.unexpected',
    message: message || 'An unexpected error occurred.',
    hint: 'This is a defect in Slipway. Please report it with the detail below.',
    ...(error instanceof Error && error.stack ? { detail: error.stack } : {}),
  };
}
