import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { JSONPath } from 'jsonpath-plus';
import { abortReason } from '../base/abort-reason.ts';
import { type Cancellable, withTimeout } from '../base/abort.ts';
import { type Attempt, excerpt, type Refusal } from './attempt.ts';

export interface HttpExpectation {
  readonly url: string;
  /** Any below 400 when absent. Redirects are not followed. */
  readonly status?: number | undefined;
  /** Must occur in the body. */
  readonly body?: string | undefined;
  /** JSONPath → a value that must be among those found there. */
  readonly json?: Readonly<Record<string, unknown>> | undefined;
}

/** One try may take so long, in milliseconds; the check's own timeout bounds all of them. */
const patienceMs = 10_000;

/** Asks a page. Any certificate is accepted: what runs here mostly has one that it made itself. */
export function httpAttempt(expected: HttpExpectation): Attempt {
  return async ({ signal }) => {
    if (!URL.canParse(expected.url) || !/^https?:/.test(expected.url)) return { message: `“${expected.url}” is not an http or https address.` };
    const answer = await ask(expected.url, { signal });
    return 'message' in answer ? answer : judge(expected, answer);
  };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function judge({ url, status, body, json = {} }: HttpExpectation, answer: Answer): Refusal | undefined {
  const detail = excerpt(answer.body);
  const wrongStatus = status === undefined ? answer.status >= 400 : answer.status !== status;
  if (wrongStatus) return { message: `${url} answered with status ${answer.status}${status === undefined ? '' : ` instead of ${status}`}.`, detail };
  if (body !== undefined && !answer.body.includes(body)) return { message: `The answer of ${url} does not contain “${body}”.`, detail };
  if (Object.keys(json).length === 0) return undefined;
  return judgeJson(url, json, answer.body);
}

function judgeJson(url: string, expected: Readonly<Record<string, unknown>>, body: string): Refusal | undefined {
  let document: object;
  try {
    document = JSON.parse(body) as object;
  } catch {
    return { message: `The answer of ${url} is not JSON.`, detail: excerpt(body) };
  }
  for (const [path, value] of Object.entries(expected)) {
    let found: unknown[];
    try {
      // Without `eval` a path cannot run code.
      found = JSONPath<unknown[]>({ path, json: document, eval: false, wrap: true });
    } catch (error) {
      return { message: `“${path}” is not a JSONPath that can be used here.`, detail: String(error) };
    }
    if (found.some((one) => isDeepStrictEqual(one, value))) continue;
    const got = found.length === 0 ? 'nothing' : found.map((one) => JSON.stringify(one)).join(', ');
    return { message: `${path} in the answer of ${url} is ${excerpt(got)} instead of ${JSON.stringify(value)}.`, detail: excerpt(body) };
  }
  return undefined;
}

async function ask(url: string, { signal }: Cancellable): Promise<Answer | Refusal> {
  const timed = withTimeout(signal, patienceMs);
  try {
    const response = await send(url, timed);
    return { status: response.statusCode ?? 0, body: (await buffer(response)).toString('utf8') };
  } catch (error) {
    if (signal?.aborted) throw abortReason(signal);
    if (timed.aborted) return { message: `${url} did not answer within ${patienceMs / 1000} s.` };
    return { message: `${url} could not be reached: ${reasonOf(error)}.` };
  }
}

function send(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'close', accept: '*/*' };
    const options = { signal, agent: false as const, headers, rejectUnauthorized: false };
    const asked = url.startsWith('https:') ? httpsRequest(url, options) : httpRequest(url, options);
    asked.once('error', reject).once('response', resolve);
    asked.end();
  });
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ECONNRESET: 'the connection was cut',
    ENOTFOUND: 'there is no such host',
    EPROTO: 'it does not speak TLS',
  };
  return known[code] ?? (error instanceof Error && error.message ? error.message : code);
}
