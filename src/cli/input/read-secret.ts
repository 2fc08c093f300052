import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { Fault } from '../../main/core/base/fault.ts';
import type { CommandContext } from '../context.ts';

/** All of standard input without the line's end: how scripts hand over a secret. */
export async function readSecretFromStdin(): Promise<string> {
  return (await text(process.stdin)).replace(/\r?\n$/, '');
}

/** Asks for a secret without showing what is typed. Raises `usage.invalid` where nobody can be asked. */
export async function askSecret({ terminal, signal }: CommandContext, question: string, otherwise: string): Promise<string> {
  if (!process.stdin.isTTY) throw new Fault({ code: 'usage.invalid', message: `${question} can't be asked for here.`, hint: otherwise });
  terminal.err.write(`${question}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question('', { signal });
  } finally {
    lines.close();
    terminal.err.write('\n');
  }
}
