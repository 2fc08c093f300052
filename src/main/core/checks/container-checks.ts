import { abortReason } from '../base/abort-reason.ts';
import type { Cancellable } from '../base/abort.ts';
import { composeLabels as labels } from '../base/compose-labels.ts';
import { isAbort } from '../base/fault.ts';
import type { ContainerDetails, ContainerSummary } from '../engine/containers.ts';
import type { Engine } from '../engine/engine.ts';
import { type Attempt, excerpt } from './attempt.ts';

/** Of a run that is over the end of the one before isn't known any more; no start takes longer than this. */
const longestStartMs = 5_000;

export interface ProjectOnEngine {
  readonly engine: Engine;
  readonly projectName: string;
}

/** Runs a command in a service's first running container; exit code 0 is success. A text goes through the shell. */
export function commandAttempt(project: ProjectOnEngine, service: string, command: string | readonly string[]): Attempt {
  const words = typeof command === 'string' ? ['sh', '-c', command] : command;
  return async ({ signal }) => {
    const container = (await containersOf(project, service, { signal })).find(({ state }) => state === 'running');
    if (!container) return { message: `${service} is not running.` };
    const { exitCode, stdout, stderr } = await project.engine.containers.exec(container.id, { command: words }, { signal });
    if (exitCode === 0) return undefined;
    return { message: `The command in ${service} ended with exit code ${exitCode}.`, detail: excerpt(`${stdout}\n${stderr}`) };
  };
}

/**
 * Waits until a line that a service wrote since its start matches a regular expression; the try ends when its
 * container does.
 */
export function logAttempt(project: ProjectOnEngine, service: string, pattern: string): Attempt {
  return async ({ signal }) => {
    const expression = parsePattern(pattern);
    if (!expression) return { message: `“${pattern}” is not a regular expression.` };
    const [container] = await containersOf(project, service, { signal });
    if (!container) return { message: `${service} has no container.` };
    const since = sinceLastRun(await project.engine.containers.inspect(container.id, { signal }));
    const last: string[] = [];
    try {
      for await (const { text } of project.engine.containers.logs(container.id, { ...since, follow: true, signal })) {
        if (expression.test(text)) return undefined;
        last.push(text);
        if (last.length > 10) last.shift();
      }
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
    const refusal = { message: `No line of ${service}’s log matches “${pattern}”.`, detail: excerpt(last.join('\n')) };
    if (signal?.aborted && last.length === 0) throw abortReason(signal);
    return refusal;
  };
}

/**
 * From where the log belongs to the present run. The engine notes the start when the process already runs, so that its
 * first lines may be older than that: what they can't be older than is the end of the run before.
 */
function sinceLastRun({ startedAt, finishedAt }: ContainerDetails): { since?: Date } {
  if (!startedAt || !finishedAt) return {};
  return { since: finishedAt < startedAt ? finishedAt : new Date(startedAt.getTime() - longestStartMs) };
}

/** Running ones first, then by number. */
async function containersOf({ engine, projectName }: ProjectOnEngine, service: string, { signal }: Cancellable): Promise<ContainerSummary[]> {
  const found = await engine.containers.list({ labels: [`${labels.project}=${projectName}`, `${labels.service}=${service}`], signal });
  const rank = ({ state, name }: ContainerSummary): string => `${state === 'running' ? 0 : 1}${name}`;
  return found.filter((container) => container.labels[labels.oneOff] !== 'True').sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function parsePattern(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}
