import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { extract, pack, type Header } from 'tar-stream';
import { expect } from 'vitest';
import { Fault } from '../../../../../src/main/core/base/fault.ts';
import type { ProblemCode, Problem } from '../../../../../src/shared/problem.ts';

export interface Entry {
  readonly header: Header;
  readonly content: string;
}

/** The entries of a tar, by name without a trailing slash. */
export async function readTar(tar: Readable): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const unpacked = tar.pipe(extract());
  tar.on('error', (error) => unpacked.destroy(error));
  for await (const entry of unpacked) {
    const content = (await buffer(entry)).toString('utf8');
    // Docker adds the kind of file to the mode, which the format keeps elsewhere.
    const header = { ...entry.header, mode: entry.header.mode & 0o7777 };
    entries.set(entry.header.name.replace(/\/$/, ''), { header, content });
  }
  return entries;
}

/** A tar with the given headers; a string is a file's content. */
export async function makeTar(entries: readonly (Partial<Header> & { readonly name: string;  readonly content?: string })[]): Promise<Readable> {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  return Readable.from([await buffer(tar)]);
}

/** The Problem that a call fails with; a call that succeeds fails the test. */
export async function problemOf(call: Promise<unknown>): Promise<Problem> {
  const outcome = await call.then(
    () => 'no failure',
    (error: unknown) => error,
  );
  if (!(outcome instanceof Fault)) throw new Error(`expected a Fault, got ${String(outcome)}`);
  return outcome.problem;
}

/** Every Problem says what happened and what to do, whatever else it says. */
export async function expectProblem(call: Promise<unknown>, code: ProblemCode): Promise<Problem> {
  const problem = await problemOf(call);
  expect(problem).toMatchObject({ code });
  expect(problem.message).toMatch(/[.!…]$/);
  expect(problem.hint ?? '').not.toBe('');
  return problem;
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** Names that no other test uses, so that tests can share an engine. */
export function unique(name: string): string {
  return `${name}-${Math.random().toString(36).slice(2, 10)}`;
}
