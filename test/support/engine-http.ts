import { request } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/**
 * One plain call of the Engine API, with nothing of the product in between, so that tests can check the product
 * against it. Resolves with the body; rejects unless the engine answers 2xx or 304.
 */
export function engineRequest(
  socketPath: string,
  method: string,
  path: string,
  { body, headers = {} }: { body?: Readable | Buffer | object; headers?: Record<string, string> } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const json = body !== undefined && !Buffer.isBuffer(body) && !isStream(body);
    const call = request({ socketPath, method, path, headers: { ...(json ? { 'content-type': 'application/json' } : {}), ...headers } }, (response) => {
      text(response).then((answer) => {
        const status = response.statusCode ?? 0;
        if ((status >= 200 && status < 300) || status === 304) resolve(answer);
        else reject(new Error(`${method} ${path}: ${status} ${answer.trim()}`));
      }, reject);
    });
    call.on('error', reject);
    if (isStream(body)) body.on('error', reject).pipe(call);
    else call.end(json ? JSON.stringify(body) : body);
  });
}

function isStream(body: unknown): body is Readable {
  return typeof body === 'object' && body !== null && 'pipe' in body;
}
