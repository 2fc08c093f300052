import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineUnderTest } from './engine-under-test.ts';
import { all, expectProblem, unique } from './support.ts';

export function processesContract(given: () => EngineUnderTest): void {
  describe('exec', () => {
    let id = '';
    beforeAll(async () => {
      const { engine, image } = given();
      id = await engine.containers.create({ name: unique('exec'), Image: image });
      await engine.containers.start(id);
    });
    afterAll(() => given().engine.containers.remove(id, { force: true }));

    test('gives output and exit code', async () => {
      const { containers } = given().engine;
      expect(await containers.exec(id, { command: ['echo', 'hello', 'wörld'] })).toEqual({
        exitCode: 0,
        stdout: 'hello wörld\n',
        stderr: '',
      });
      expect(await containers.exec(id, { command: ['sh', '-c', 'echo oops >&2; exit 4'] })).toEqual({
        exitCode: 4,
        stdout: '',
        stderr: 'oops\n',
      });
    });

    test('passes environment on', async () => {
      const spec = { command: ['sh', '-c', 'echo $GREETING'], environment: ['GREETING=hi'] };
      expect((await given().engine.containers.exec(id, spec)).stdout).toBe('hi\n');
    });

    test('sends input to its end', async () => {
      const input = Readable.from([Buffer.from('one\n'), Buffer.from('two\n')]);
      const result = await given().engine.containers.exec(id, { command: ['cat'], input });
      expect(result).toEqual({ exitCode: 0, stdout: 'one\ntwo\n', stderr: '' });
    });

    test('keeps no more output than asked for', async () => {
      const input = Readable.from(Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024, 'x')));
      const result = await given().engine.containers.exec(id, { command: ['cat'], input }, { maxBytes: 1000 });
      expect(result.exitCode).toBe(0);
      expect(result.stdout).toBe('x'.repeat(1000));
    });

    test('is attached to streams both ways', async () => {
      const session = await given().engine.containers.execAttached(id, { command: ['cat'] });
      session.stdin.write('ping\n');
      const first = await new Promise<Buffer>((resolve) => session.stdout.once('data', resolve));
      expect(first.toString()).toBe('ping\n');
      session.stdin.end('bye\n');
      expect(await text(session.stdout)).toBe('bye\n');
      expect(await session.exit).toBe(0);
    });

    test('has a terminal when asked for, which can be resized', async () => {
      const input = new PassThrough();
      const session = await given().engine.containers.execAttached(id, { command: ['sh', '-c', 'read line; exit 7'], tty: true, input });
      await session.resize(100, 30);
      input.write('go\n');
      const [, code] = await Promise.all([text(session.stdout), session.exit]);
      expect(code).toBe(7);
    });

    test('reports an unknown container, a stopped one, and an unknown command', async () => {
      const { engine, image } = given();
      await expectProblem(engine.containers.exec(unique('none'), { command: ['true'] }), 'engine.not-found');
      const stopped = await engine.containers.create({ name: unique('stopped'), Image: image });
      await expectProblem(engine.containers.exec(stopped, { command: ['true'] }), 'engine.conflict');
      await engine.containers.remove(stopped);
      expect([126, 127]).toContain((await engine.containers.exec(id, { command: ['no-such-program'] })).exitCode);
    });

    test('ends promptly when aborted', async () => {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 100);
      const began = performance.now();
      const call = given().engine.containers.exec(id, { command: ['sh', '-c', 'sleep 30'] }, { signal: abort.signal });
      await expect(call).rejects.toMatchObject({ name: 'AbortError' });
      expect(performance.now() - began).toBeLessThan(2000);
    });
  });

  describe('logs', () => {
    const logOf = async (script: string, tty: boolean, tail?: number) => {
      const { engine, image } = given();
      const id = await engine.containers.create({ name: unique('log'), Image: image, Cmd: ['sh', '-c', script], Tty: tty });
      try {
        await engine.containers.start(id);
        await engine.containers.wait(id);
        return await all(engine.containers.logs(id, tail === undefined ? {} : { tail }));
      } finally {
        await engine.containers.remove(id, { force: true });
      }
    };

    test.each([false, true])('are lines with their times, with a terminal: %s', async (tty) => {
      const began = Date.now();
      const lines = await logOf('echo one; echo two', tty);
      expect(lines.map(({ text: line }) => line)).toEqual(['one', 'two']);
      for (const { at } of lines) expect(Math.abs(at.getTime() - began)).toBeLessThan(60_000);
    });

    test('tell the streams apart and can be cut to the newest', async () => {
      const lines = await logOf('echo out; echo err >&2', false);
      expect(lines.map(({ stream, text: line }) => `${stream} ${line}`).sort()).toEqual(['stderr err', 'stdout out']);
      expect((await logOf('echo one; echo two; echo three', false, 2)).map(({ text: line }) => line)).toEqual(['two', 'three']);
    });

    test('are followed until the container ends', async () => {
      const { engine, image } = given();
      const id = await engine.containers.create({ name: unique('follow'), Image: image, Cmd: ['sh', '-c', 'echo a; sleep 1; echo b'] });
      await engine.containers.start(id);
      const lines = await all(engine.containers.logs(id, { follow: true }));
      expect(lines.map(({ text: line }) => line)).toEqual(['a', 'b']);
      await engine.containers.remove(id, { force: true });
    });

    test('end promptly when aborted, and report an unknown container', async () => {
      const { engine, image } = given();
      const id = await engine.containers.create({ name: unique('abort'), Image: image });
      await engine.containers.start(id);
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 100);
      await expect(all(engine.containers.logs(id, { follow: true, signal: abort.signal }))).rejects.toMatchObject({ name: 'AbortError' });
      await engine.containers.remove(id, { force: true });
      await expectProblem(all(engine.containers.logs(id)), 'engine.not-found');
    });
  });
}
