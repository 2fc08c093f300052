import type { IncomingMessage } from 'node:http';
import { Fault } from '../../../base/fault.ts';
import { answerFault, type Question } from '../answer-fault.ts';

/** A registry's answer that is no success: the Fault to show, and what decides whether to ask again. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly fault: Fault;
  readonly status: number;
  /** What the registry asked for in `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(fault: Fault, status: number) {
    super(fault.message);
    this.fault = fault;
    this.status = status;
    const seconds = fault.problem.data?.['retryAfterSeconds'];
    this.retryAfterMs = typeof seconds === 'number' ? seconds * 1000 : undefined;
  }
}

/** The refusal that an answer is; `writing` says that something was to be sent. Reads the rest of the answer. */
export async function refusalOf(answer: IncomingMessage, question: Question & { readonly writing?: boolean }): Promise<Refusal> {
  const status = answer.statusCode ?? 0;
  const fault = await answerFault(answer, question);
  const mayNotWrite = question.writing && (status === 401 || status === 403);
  return new Refusal(mayNotWrite ? writeRefused(fault, question) : fault, status);
}

function writeRefused({ problem }: Fault, { registry, subject }: Question): Fault {
  return new Fault({
    ...problem,
    message: `${registry} does not let you write to ${subject}.`,
    hint: `Log in to ${registry} with an account that may push there.`,
  });
}
