import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { readSlipwayExtension } from '../../../../src/main/core/compose/slipway-extension.ts';
import { loadFiles } from './load-text.ts';

async function read(text: string): Promise<ReturnType<typeof readSlipwayExtension>> {
  const outcome = await loadFiles({ 'compose.yaml': `services: {a: {image: x}}\n${text}` });
  if ('problem' in outcome) throw new Fault(outcome.problem);
  return readSlipwayExtension(outcome.loaded);
}

it('a stack without x-slipway has no profiles', async () => {
  expect(await read('')).toEqual({ links: [], profiles: {}, snapshot: { include: [], exclude: [], hooks: {} }, masking: {} });
});

it('reads profiles with values as texts', async () => {
  const { profiles } = await read(
    'x-slipway:\n  profiles:\n    demo:\n      title: Demo\n      profiles: [extra]\n      env: {PORT: 80, ON: true}\n      ask: {TOKEN: {title: Token, secret: true}}\n      checks: {up: {tcp: "127.0.0.1:80", timeout: 20s}}\n',
  );
  expect(profiles['demo']).toMatchObject({
    title: 'Demo',
    profiles: ['extra'],
    env: { PORT: '80', ON: 'true' },
    ask: { TOKEN: { title: 'Token', secret: true } },
    checks: { up: { tcp: '127.0.0.1:80', timeout: '20s' } },
  });
});

it('reads how snapshots are taken, a line as one for the shell', async () => {
  const { snapshot } = await read('x-slipway:\n  snapshot:\n    consistency: hooks\n    hooks: {a: {before: [sync, [touch, 1]]}}\n');
  expect(snapshot).toEqual({
    consistency: 'hooks',
    include: [],
    exclude: [],
    hooks: { a: { before: [['/bin/sh', '-c', 'sync'], ['touch', '1']], after: [], pause: true } },
  });
});

describe('findings name the line', () => {
  it.each([
    ['an unknown key', 'x-slipway:\n  title: A\n  profile: {}\n', 2],
    ['a check of no kind', 'x-slipway:\n  profiles:\n    demo:\n      checks:\n        up: {timeout: 5s}\n', 6],
    ['a hook of no service', 'x-slipway:\n  snapshot:\n    hooks:\n      b: {before: ["true"]}\n', 5],
    ['a bind mount of no service', 'x-slipway:\n  snapshot:\n    include:\n      - b:/data\n', 5],
    ['a bind mount without a path', 'x-slipway:\n  snapshot:\n    include:\n      - a\n', 5],
    ['an unknown level of consistency', 'x-slipway:\n  snapshot:\n    consistency: frozen\n', 4],
    ['masking of no service', 'x-slipway:\n  masking:\n    b: [{sql: x}]\n', 4],
    ['a masking step with both kinds', 'x-slipway:\n  masking:\n    a:\n      - {sql: x, command: y}\n', 5],
    ['a title that is a list', 'x-slipway:\n  title: []\n', 3],
    ['a timeout that is none', 'x-slipway:\n  profiles:\n    demo:\n      checks:\n        up:\n          tcp: a\n          timeout: soon\n', 8],
  ])('%s', async (_title, text, line) => {
    const fault: unknown = await read(text).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Fault);
    const [first] = (fault as Fault).problem.diagnostics ?? [];
    expect(first?.location?.line).toBe(line);
    expect(first?.location?.path).toContain('x-slipway');
  });
});
