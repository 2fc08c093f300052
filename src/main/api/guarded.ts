import { ORPCError } from '@orpc/server';
import { isAbort, toProblem } from '../core/base/fault.ts';

/** A stream whose failure reaches the window as the contract's PROBLEM; an aborted one just ends. */
export async function* guarded<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* source;
  } catch (error) {
    if (isAbort(error)) return;
    const problem = toProblem(error);
    throw new ORPCError('PROBLEM', { defined: true, data: problem, message: problem.message });
  }
}
