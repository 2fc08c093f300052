import type { BuildOutput } from '../images.ts';
import { type BuildStatus, secondsBetween, type Vertex, type VertexLog, type VertexStatus } from './messages.ts';

/** Lines of a failed step that a person sees with the failure. */
const keptLines = 20;

interface Step {
  readonly number: number;
  vertex: Vertex;
  ended: boolean;
  /** The last line's beginning, where its end has not come yet. */
  open: string;
  readonly lines: string[];
  readonly parts: Map<string, VertexStatus>;
}

/** What failed in a build. */
export interface FailedStep {
  /** e.g. `[2/3] RUN make`. */
  readonly name: string;
  readonly error: string;
  /** The last of what it printed. */
  readonly lines: readonly string[];
}

/** Turns BuildKit's reports into the lines that its own plain progress prints: `#4 [2/3] RUN make`, `#4 0.2 …`, `#4 DONE 1.2s`. */
export class BuildLog {
  readonly #steps = new Map<string, Step>();

  /** What is new with a report. */
  add(status: BuildStatus): BuildOutput[] {
    const before = status.vertexes.flatMap((vertex) => this.#begun(vertex));
    const parts = status.statuses.flatMap((part) => this.#part(part));
    const logs = status.logs.flatMap((log) => this.#log(log));
    const warnings = status.warnings.flatMap(({ vertex, short }) => this.#say(vertex, `WARN: ${short.toString()}`));
    const after = status.vertexes.flatMap((vertex) => this.#ended(vertex));
    return [...before, ...parts, ...logs, ...warnings, ...after];
  }

  /** The step that the build failed with: the first that was not merely cancelled by another's failure. */
  get failed(): FailedStep | undefined {
    const step = [...this.#steps.values()].find(({ vertex }) => vertex.error !== '' && !isCancelled(vertex.error));
    return step && { name: step.vertex.name, error: step.vertex.error, lines: step.lines };
  }

  #begun(vertex: Vertex): BuildOutput[] {
    const known = this.#steps.get(vertex.digest);
    if (known) {
      known.vertex = vertex;
      return [];
    }
    if (!vertex.started && !vertex.completed) return [];
    this.#steps.set(vertex.digest, { number: this.#steps.size + 1, vertex, ended: false, open: '', lines: [], parts: new Map() });
    return this.#say(vertex.digest, vertex.name);
  }

  #ended(vertex: Vertex): BuildOutput[] {
    const step = this.#steps.get(vertex.digest);
    if (!step || step.ended || !vertex.completed) return [];
    step.ended = true;
    const rest = step.open === '' ? [] : this.#line(step, step.open);
    step.open = '';
    if (vertex.error !== '') return [...rest, ...this.#say(vertex.digest, isCancelled(vertex.error) ? 'CANCELED' : `ERROR: ${vertex.error}`)];
    if (vertex.cached) return [...rest, ...this.#say(vertex.digest, 'CACHED')];
    return [...rest, ...this.#say(vertex.digest, `DONE ${secondsBetween(vertex.started, vertex.completed).toFixed(1)}s`)];
  }

  #log({ vertex, timestamp, msg }: VertexLog): BuildOutput[] {
    const step = this.#steps.get(vertex);
    if (!step) return [];
    const lines = (step.open + msg.toString()).split('\n');
    step.open = lines.pop() ?? '';
    const at = secondsBetween(step.vertex.started, timestamp).toFixed(3);
    return lines.flatMap((line) => this.#line(step, line.replace(/\r$/, ''), at));
  }

  #line(step: Step, line: string, at?: string): BuildOutput[] {
    step.lines.push(line);
    if (step.lines.length > keptLines) step.lines.shift();
    return this.#say(step.vertex.digest, at === undefined ? line : `${at} ${line}`);
  }

  /** Amounts as they grow; a line only when a part is done. */
  #part(part: VertexStatus): BuildOutput[] {
    const step = this.#steps.get(part.vertex);
    if (!step) return [];
    const known = step.parts.get(part.ID);
    step.parts.set(part.ID, part);
    if (part.completed) return known?.completed ? [] : this.#say(part.vertex, `${part.ID} done`);
    const sized = [...step.parts.values()].filter(({ total }) => total > 0);
    if (sized.length === 0) return [];
    const amount = { current: sum(sized.map(({ current }) => current)), total: sum(sized.map(({ total }) => total)) };
    return [{ text: '', step: step.vertex.name, bytes: amount }];
  }

  #say(digest: string, words: string): BuildOutput[] {
    const step = this.#steps.get(digest);
    return step ? [{ text: `#${String(step.number)} ${words}\n`, step: step.vertex.name }] : [];
  }
}

function isCancelled(error: string): boolean {
  return /context canceled$/.test(error);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
