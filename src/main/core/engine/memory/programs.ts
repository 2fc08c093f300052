import { sleep } from '../../base/abort.ts';

/** What a program of the memory engine can see and do. */
export interface ProgramContext {
  readonly environment: Readonly<Record<string, string>>;
  readonly input: AsyncIterable<Buffer>;
  readonly out: (data: string | Buffer) => void;
  readonly err: (data: string | Buffer) => void;
  readonly readFile: (path: string) => Buffer | undefined;
  /** Aborts when the process is to end. */
  readonly signal: AbortSignal;
}

/** Resolves with the exit code. */
export type Program = (args: readonly string[], context: ProgramContext) => Promise<number> | number;

/** The few programs that a container of the memory engine has by itself. */
export const builtinPrograms: Readonly<Record<string, Program>> = {
  true: () => 0,
  false: () => 1,
  echo: (args, { out }) => {
    out(`${args.join(' ')}\n`);
    return 0;
  },
  sleep: async ([seconds = '0'], { signal }) => {
    await sleep(Number(seconds) * 1000, { signal });
    return 0;
  },
  cat: async (paths, { input, out, err, readFile }) => {
    if (paths.length === 0) for await (const chunk of input) out(chunk);
    const missing = paths.filter((path) => readFile(path) === undefined);
    for (const path of paths) out(readFile(path) ?? '');
    for (const path of missing) err(`cat: can't open '${path}': No such file or directory\n`);
    return missing.length > 0 ? 1 : 0;
  },
};

/** Runs a command; 127 when there is no such program. */
export async function runProgram(
  command: readonly string[],
  programs: ReadonlyMap<string, Program>,
  context: ProgramContext,
): Promise<number> {
  const [path = '', ...args] = command;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'sh' && args[0] === '-c') return runScript(args[1] ?? '', programs, context);
  const program = programs.get(name) ?? builtinPrograms[name];
  if (program) return program(args, context);
  context.err(`${path}: executable file not found in $PATH\n`);
  return 127;
}

/** Just enough of a shell: commands after each other with `;`, variables, `>&2`, `exit`, `read`. */
async function runScript(script: string, programs: ReadonlyMap<string, Program>, context: ProgramContext): Promise<number> {
  let last = 0;
  for (const statement of script.split(';')) {
    const toError = statement.includes('>&2');
    const words = statement.replace('>&2', '').trim().split(/\s+/).map((word) => expand(word, context.environment));
    const [name = '', ...args] = words;
    if (name === 'exit') return Number(args[0] ?? last);
    if (name === 'read') last = await firstChunk(context.input);
    else if (name !== '') last = await runProgram(words, programs, toError ? { ...context, out: context.err } : context);
  }
  return last;
}

function expand(word: string, environment: Readonly<Record<string, string>>): string {
  return word.replace(/^["']|["']$/g, '').replace(/\$(\w+)/g, (_, name: string) => environment[name] ?? '');
}

async function firstChunk(input: AsyncIterable<Buffer>): Promise<number> {
  for await (const _ of input) return 0;
  return 1;
}
