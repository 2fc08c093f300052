/**
 * The line, from 1, of the instruction that a step of a build runs, e.g. `[build 2/3] RUN make`; undefined where none or
 * several could be meant.
 */
export function instructionLine(dockerfile: string, step: string): number | undefined {
  const wanted = plain(step.replace(/^\[[^\]]*\]\s*/, ''));
  const found = instructions(dockerfile).filter(({ text }) => plain(text) === wanted);
  return found.length === 1 ? found[0]?.line : undefined;
}

interface Instruction {
  readonly text: string;
  readonly line: number;
}

/** Lines that belong together joined, comments and empty lines left out. */
export function instructions(dockerfile: string): Instruction[] {
  const found: Instruction[] = [];
  let open: Instruction | undefined;
  for (const [index, whole] of dockerfile.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) {
    if (whole.trim() === '' || /^\s*#/.test(whole)) continue;
    const goesOn = /\\[ \t]*$/.test(whole);
    const text = goesOn ? whole.replace(/\\[ \t]*$/, ' ') : whole;
    const joined: Instruction = { text: (open?.text ?? '') + text, line: open?.line ?? index + 1 };
    open = goesOn ? joined : undefined;
    if (!goesOn) found.push(joined);
  }
  if (open) found.push(open);
  return found;
}

/** BuildKit names a step by its instruction with single spaces and the keyword in capitals. */
function plain(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').replace(/^\w+/, (keyword) => keyword.toUpperCase());
}
