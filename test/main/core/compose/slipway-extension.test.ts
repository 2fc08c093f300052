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
  expect(await read('')).toEqual({ links: [], profiles: {} });
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

describe('findings name the line', () => {
  it.each([
    ['an unknown key', 'x-slipway:\n  title: A\n  profile: {}\n', 2],
    ['a check of no kind', 'x-slipway:\n  profiles:\n    demo:\n      checks:\n        up: {timeout: 5s}\n', 6],
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
