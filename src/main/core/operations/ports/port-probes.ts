import type { PortRow } from '../../../../shared/models/port.ts';
import { sleep, type Cancellable } from '../../base/abort.ts';
import { isAbort } from '../../base/fault.ts';
import { Live } from '../../base/live.ts';
import { sideBySide } from '../../base/side-by-side.ts';
import { portKey } from '../../ports/port-rows.ts';
import { probePort, type PortProbe } from '../../ports/probe.ts';

/** Ports that are tried at the same time: with hundreds at once, an engine's proxies keep each other waiting. */
const atOnce = 64;
/** Answers that come within this many milliseconds are told together. */
const togetherMs = 60;
/** When ports that did not answer are tried again while somebody looks: a server needs time to come up. Milliseconds. */
const retriesMs = [300, 700, 1_500, 3_000, 6_000, 12_000];

type TriedRow = PortRow & { readonly hostPort: number };

/** Tries the ports of these rows: web servers are asked for their page, others are only connected to. */
export async function probeRows(rows: readonly PortRow[], { signal }: Cancellable): Promise<Map<string, PortProbe>> {
  const answers = new Map<string, PortProbe>();
  await probeEach(triedRows(rows), (row, probe) => answers.set(portKey(row), probe), { signal });
  return answers;
}

/** Those behind which a container runs that can be connected to. */
function triedRows(rows: readonly PortRow[]): TriedRow[] {
  return rows.flatMap((row) =>
    row.state !== 'free' && row.state !== 'conflict' && row.protocol === 'tcp' && row.hostPort !== undefined && row.service !== undefined
      ? [{ ...row, hostPort: row.hostPort }]
      : [],
  );
}

async function probeEach(rows: readonly TriedRow[], tell: (row: TriedRow, probe: PortProbe) => void, options: Cancellable): Promise<void> {
  await sideBySide(rows, atOnce, async (row, { signal }) => tell(row, await probePort(row, { signal, http: row.browsable })), options);
}

/** One port that somebody looks at, tried when `subject` stood behind it. */
interface Tried {
  readonly subject: string;
  answer: PortProbe | 'trying';
}

/**
 * What came of trying ports, for one who looks at them: each is tried anew when what stands behind it changed, and the
 * silent ones a few times more. Nobody waits for an answer. Nothing is tried once `signal` has aborted.
 */
export class PortProbes {
  /** Counts up when there are newer answers. */
  readonly changes = new Live(0);
  readonly #signal: AbortSignal | undefined;
  readonly #groups = new Map<string, ReadonlyMap<string, Tried>>();
  #telling: NodeJS.Timeout | undefined;
  #round = 0;

  constructor({ signal }: Cancellable) {
    this.#signal = signal;
    signal?.addEventListener('abort', () => clearTimeout(this.#telling), { once: true });
  }

  /**
   * What is known by now of these rows, which take the place of the group's earlier ones. `subjectOf` tells what
   * stands behind a port: another text says that it has changed.
   */
  of(group: string, rows: readonly PortRow[], subjectOf: (row: PortRow) => string): ReadonlyMap<string, PortProbe | 'trying'> {
    const before = this.#groups.get(group);
    const fresh: TriedRow[] = [];
    const present = new Map(
      triedRows(rows).map((row): [string, Tried] => {
        const [key, subject] = [portKey(row), `${this.#round} ${subjectOf(row)}`];
        const known = before?.get(key);
        if (known?.subject === subject) return [key, known];
        fresh.push(row);
        return [key, { subject, answer: 'trying' }];
      }),
    );
    this.#groups.set(group, present);
    if (fresh.length > 0) void this.#try(group, fresh, present);
    return new Map([...present].map(([key, { answer }]) => [key, answer]));
  }

  /** Tries all ports again at the next look. */
  again(): void {
    this.#round += 1;
    this.changes.update((count) => count + 1);
  }

  /** At once, and again while some are silent. What has changed meanwhile is somebody else's to try. */
  async #try(group: string, rows: readonly TriedRow[], tried: ReadonlyMap<string, Tried>): Promise<void> {
    const isCurrent = (row: TriedRow): boolean => this.#groups.get(group)?.get(portKey(row)) === tried.get(portKey(row));
    const isSilent = (row: TriedRow): boolean => {
      const answer = tried.get(portKey(row))?.answer;
      return answer === 'trying' || answer?.answers === false;
    };
    try {
      for (const waitMs of [0, ...retriesMs]) {
        if (waitMs > 0) await sleep(waitMs, { signal: this.#signal });
        const left = rows.filter((row) => isCurrent(row) && isSilent(row));
        if (left.length === 0) return;
        await probeEach(left, (row, probe) => this.#note(tried.get(portKey(row)), probe), { signal: this.#signal });
      }
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  }

  #note(tried: Tried | undefined, answer: PortProbe): void {
    if (!tried || this.#signal?.aborted || JSON.stringify(tried.answer) === JSON.stringify(answer)) return;
    tried.answer = answer;
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.changes.update((count) => count + 1);
    }, togetherMs);
  }
}
