import { implement } from '@orpc/server';
import { contract } from '../../shared/contract.ts';
import { toProblem } from '../core/base/fault.ts';
import type { Core } from '../core/create-core.ts';
import type { Desktop } from './desktop.ts';

export interface RouterParts {
  readonly core: Core;
  readonly desktop: Desktop;
}

export type Implementation = ReturnType<typeof createImplementation>;

/** The contract, ready for its handlers. Whatever is thrown leaves as the typed error PROBLEM. */
export function createImplementation() {
  return implement(contract).use(async ({ next, errors }) => {
    try {
      return await next();
    } catch (error) {
      throw errors.PROBLEM({ data: toProblem(error), message: toProblem(error).message });
    }
  });
}
