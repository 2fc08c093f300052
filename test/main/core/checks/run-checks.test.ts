import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runChecks } from '../../../../src/main/core/checks/run-checks.ts';
import type { SlipwayCheck } from '../../../../src/main/core/compose/slipway-extension.ts';
import { createMemoryEngine } from '../../../../src/main/core/engine/memory/create-memory-engine.ts';
import { acceptsConnection } from '../../../../src/main/core/ports/probe.ts';
import type { CheckResult } from '../../../../src/shared/models/check.ts';

let server: Server;
let port: number;
let answer: { status: number; body: string };

beforeEach(async () => {
  answer = { status: 200, body: '{"database":{"state":"up"},"nodes":[{"id":1},{"id":2}]}' };
  server = createServer((_request, response) => response.writeHead(answer.status).end(answer.body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

interface RunOptions {
  readonly signal?: AbortSignal;
  readonly known?: () => boolean;
  readonly onChange?: (results: readonly CheckResult[]) => void;
}

async function run(check: SlipwayCheck, { known = () => true, ...options }: RunOptions = {}): Promise<CheckResult> {
  const [result] = await runChecks({
    checks: { it: { timeout: '1s', ...check } },
    engine: createMemoryEngine().engine,
    projectName: 'shop',
    expand: (text) => Promise.resolve(known() ? text.replace('PORT', String(port)) : undefined),
    acceptsConnection,
    onChange: () => undefined,
    ...options,
  });
  if (!result) throw new Error('There is no result.');
  return result;
}

const url = 'http://127.0.0.1:PORT/status';

describe('an http check', () => {
  it.each<[string, NonNullable<SlipwayCheck['http']>]>([
    ['any good status', { url }],
    ['the status asked for', { url, status: 200 }],
    ['text in the body', { url, body: '"up"' }],
    ['a value by JSONPath', { url, json: { '$.database.state': 'up', '$.nodes[*].id': 2 } }],
    ['a structure by JSONPath', { url, json: { '$.nodes[0]': { id: 1 } } }],
  ])('passes with %s', async (_what, http) => {
    const result = await run({ http });
    expect(result).toMatchObject({ state: 'passed', kind: 'http', attempts: 1, subject: `http://127.0.0.1:${port}/status` });
    expect(result).not.toHaveProperty('problem');
  });

  it.each<[string, NonNullable<SlipwayCheck['http']>, string]>([
    ['another status', { url, status: 204 }, 'answered with status 200 instead of 204'],
    ['a body without the text', { url, body: 'Welcome' }, 'does not contain “Welcome”'],
    ['another value', { url, json: { '$.database.state': 'down' } }, '$.database.state in the answer of'],
    ['no value', { url, json: { '$.missing': 1 } }, 'is nothing instead of 1'],
    ['no address', { url: 'localhost' }, 'is not an http or https address'],
    ['code in a path', { url, json: { '$.nodes[?(@.constructor.constructor("return 1")())]': 1 } }, 'is not a JSONPath that can be used here'],
  ])('fails with %s and says what was got', async (_what, http, words) => {
    const result = await run({ http, timeout: '100ms' });
    expect(result.state).toBe('failed');
    expect(result.problem).toMatchObject({ code: 'check.failed', message: expect.stringContaining(words) as string, hint: expect.any(String) as string });
  });

  it('fails on a bad status where none is asked for, with the answer as detail', async () => {
    answer = { status: 503, body: 'in maintenance' };
    expect((await run({ http: { url }, timeout: '100ms' })).problem).toMatchObject({ detail: 'in maintenance' });
  });

  it('is tried again until it passes', async () => {
    answer = { ...answer, status: 503 };
    const result = await run(
      { http: { url }, timeout: '10s' },
      { onChange: ([one]) => ((one?.attempts ?? 0) >= 2 ? (answer = { ...answer, status: 200 }) : undefined) },
    );
    expect(result).toMatchObject({ state: 'passed', attempts: 3 });
  });
});

describe('a tcp check', () => {
  it('passes where somebody listens', async () => {
    expect(await run({ tcp: '127.0.0.1:PORT' })).toMatchObject({ state: 'passed', subject: `127.0.0.1:${port}` });
  });

  it.each([
    ['127.0.0.1:1', 'Nothing accepts connections at 127.0.0.1:1'],
    ['nonsense', 'is not an address'],
    ['127.0.0.1:70000', 'is not an address'],
  ])('fails for %s', async (tcp, words) => {
    expect((await run({ tcp, timeout: '100ms' })).problem?.message).toContain(words);
  });
});

it('waits for a host port that is not known yet, and says so when it never is', async () => {
  let asked = 0;
  expect(await run({ tcp: '127.0.0.1:PORT', timeout: '10s' }, { known: () => (asked += 1) > 1 })).toMatchObject({ state: 'passed' });
  const never = await run({ tcp: '127.0.0.1:PORT', timeout: '100ms' }, { known: () => false });
  expect(never.problem?.message).toContain('no running service publishes it');
});

it('says that a service is not there', async () => {
  const result = await run({ command: { service: 'db', command: 'true' }, timeout: '100ms' });
  expect(result.problem?.message).toContain('db is not running');
});

it('rejects when it is cancelled, and no check looks busy then', async () => {
  answer = { ...answer, status: 503 };
  const cancel = new AbortController();
  let last: readonly CheckResult[] = [];
  const running = run(
    { http: { url }, timeout: '60s' },
    {
      signal: cancel.signal,
      onChange: (results) => {
        last = results;
        if ((results[0]?.attempts ?? 0) === 1) cancel.abort();
      },
    },
  );
  await expect(running).rejects.toThrow();
  expect(last.map(({ state }) => state)).toEqual(['cancelled']);
});
