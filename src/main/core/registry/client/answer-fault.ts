import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { Fault } from '../../base/fault.ts';

/** Registries say more in the body, but a proxy's error page can be long. */
const detailLength = 1000;

/** What was asked for, in words that fit "could not …". */
export interface Question {
  readonly registry: string;
  /** `team/app:1` for an image, else what it is. */
  readonly subject: string;
}

/** The Fault for a registry's refusal; reads the rest of the answer. */
export async function answerFault(answer: IncomingMessage, { registry, subject }: Question): Promise<Fault> {
  const status = answer.statusCode ?? 0;
  const said = await text(answer).catch(() => '');
  const detail = `HTTP status ${String(status)}. ${said}`.slice(0, detailLength).trim();
  const retryAfterSeconds = readRetryAfter(answer.headers['retry-after']);
  const data = { registry, subject, status, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  if (status === 401 || status === 403) {
    return new Fault({
      code: 'registry.unauthorized',
      message: `${registry} does not let you see ${subject}.`,
      hint: `Log in to ${registry} with an account that may read it.`,
      detail,
      data,
    });
  }
  if (status === 404) {
    return new Fault({
      code: 'image.not-found',
      message: `${registry} has no ${subject}.`,
      hint: 'Check the name and the tag. Private images also look like this to those who are not logged in.',
      detail,
      data,
    });
  }
  if (status === 429) {
    return new Fault({
      code: 'registry.rate-limited',
      message: `${registry} answers no more questions for now.`,
      hint: `Log in to the registry for a higher limit, or wait${retryAfterSeconds === undefined ? '' : ` ${String(retryAfterSeconds)} s`} and try again.`,
      detail,
      data,
    });
  }
  return new Fault({
    code: 'registry.unreachable',
    message: `${registry} could not answer about ${subject}.`,
    hint: status >= 500 ? 'The registry has trouble; try again later.' : 'The registry may not support this.',
    detail,
    data,
  });
}

/** Seconds to wait (RFC 9110, section 10.2.3): a number of them, or a date. */
function readRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000));
}
