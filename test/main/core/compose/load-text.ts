import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Fault } from '../../../../src/main/core/base/fault.ts';
import { loadProject, type LoadedProject, type LoadRequest } from '../../../../src/main/core/compose/load.ts';
import type { Diagnostic, Problem } from '../../../../src/shared/problem.ts';

/** Files by name; `compose.yaml` is the project's. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export type Outcome = { readonly loaded: LoadedProject } | { readonly problem: Problem };

/** Loads files that exist for this call only. */
export async function loadFiles(files: Files, request: Partial<LoadRequest> = {}): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-compose-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), content);
    }
    return { loaded: await loadProject({ cwd: directory, environment: {}, ...request }) };
  } catch (error) {
    if (error instanceof Fault) return { problem: error.problem };
    throw error;
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** `line:column message` of what a load found, in the order in which it was reported. */
export function findings(outcome: Outcome): string[] {
  const diagnostics: readonly Diagnostic[] =
    'loaded' in outcome ? outcome.loaded.diagnostics : (outcome.problem.diagnostics ?? []);
  return diagnostics.map(({ location, message }) => `${location?.line ?? '-'}:${location?.column ?? '-'} ${message}`);
}
