import { existsSync } from 'node:fs';
import { inPath } from '../../scripts/lib/run.mjs';
import { programPath } from '../../scripts/lib/static-program.mjs';

/** The processor that engines run on and this machine does not have, and what runs its programs here. */
const [own, other, emulator] = process.arch === 'arm64' ? ['arm64', 'amd64', 'qemu-x86_64'] : ['amd64', 'arm64', 'qemu-aarch64'];

/** The commands that run a program of ours, built for this machine's processor and for the other one. */
export const commandsOf = (program: string): { readonly native: readonly string[]; readonly emulated: readonly string[] } => ({
  native: [programPath(program, own)],
  emulated: [emulator, programPath(program, other)],
});

/** Why the program for the other processor can't be run here; `outcome` is what its build said. */
export function whyNotEmulated(program: string, outcome: string): string | undefined {
  if (!existsSync(programPath(program, other))) return `${program} for ${other} was not built: ${outcome}`;
  return inPath(emulator) ? undefined : `${emulator} is not installed (\`npm test\` installs it on Debian)`;
}
