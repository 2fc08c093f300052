import type { Problem } from '../../../shared/problem.ts';

/** The one error class of the core. It becomes a plain Problem at two borders only: the API and the command line. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly problem: Problem;

  constructor(problem: Problem, options?: { cause?: unknown }) {
    super(problem.message, options);
    this.problem = problem;
  }
}

/** Whether `error` says that its caller's signal was aborted. Being cancelled is an outcome, never a Problem. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'ABORT_ERR'));
}

/** The Problem to show for anything thrown. Whatever is not a Fault is a defect of ours and says so. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Fault) return error.problem;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    code: 'internal.unexpected',
    message: error instanceof Error ? error.message : 'An unexpected error occurred.',
    hint: 'This is a defect in Slipway. Please report it with the detail below.',
    detail: text,
  };
}
