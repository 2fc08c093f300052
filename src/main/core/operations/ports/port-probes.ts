import type { PortRow } from '../../../../shared/models/port.ts';
import { sleep, type Cancellable } from '../../base/abort.ts';
import { isAbort } from '../../base/fault.ts';
import { Live } from '../../base/live.ts';
import { portKey } from '../../ports/port-rows.ts';
import { probePort, type PortProbe } from '../../ports/probe.ts';

/** How long rows wait for their answers, in milliseconds; what comes later makes a new set of rows. */
const patienceMs = 130;
/** When ports that did not answer are tried again while somebody looks: a server needs time to come up. Milliseconds. */
const retriesMs = [300, 700, 1_500, 3_000, 6_000, 12_000];

/** Tries the ports of these rows: web servers are asked for their page, others are only connected to. */
export async function probeRows(rows: readonly PortRow[], { signal }: Cancellable): Promise<Map<string, PortProbe>> {
  const tried = rows.flatMap((row) =>
    row.state !== 'free' && row.state !== 'conflict' && row.protocol === 'tcp' && row.hostPort !== undefined && row.service !== undefined
      ? [{ ...row, hostPort: row.hostPort }]
      : [],
  );
  return new Map(await Promise.all(tried.map(async (row) => [portKey(row), await probePort(row, { signal, http: row.browsable })] as const)));
}

/**
 * What came of trying ports, for one who looks at them: tried anew whenever what stands behind them changed, and the
 * silent ones a few times more. Nothing is tried once `signal` has aborted.
 */
export class PortProbes {
  /** Counts up when there are newer answers. */
  readonly changes = new Live(0);
  readonly #signal: AbortSignal | undefined;
  readonly #known = new Map<unknown, { subject: unknown; answers: ReadonlyMap<string, PortProbe> }>();

  constructor({ signal }: Cancellable) {
    this.#signal = signal;
  }

  /** The answers of these rows: `key` names the group, and a new `subject` says that something about it has changed. */
  async of(key: string, subject: unknown, rows: readonly PortRow[]): Promise<ReadonlyMap<string, PortProbe>> {
    const known = this.#known.get(key);
    if (known && known.subject === subject) return known.answers;
    const group = { subject, answers: known?.answers ?? new Map<string, PortProbe>() };
    this.#known.set(key, group);
    const first = new AbortController();
    const waiting = sleep(patienceMs, { signal: first.signal }).catch(() => undefined);
    const trying = this.#try(key, group, rows).finally(() => first.abort());
    await Promise.race([trying, waiting]);
    return group.answers;
  }

  /** Tries all ports again at the next look. */
  again(): void {
    for (const group of this.#known.values()) group.subject = undefined;
    this.changes.update((count) => count + 1);
  }

  async #try(key: string, group: { subject: unknown; answers: ReadonlyMap<string, PortProbe> }, rows: readonly PortRow[]): Promise<void> {
    const subject = group.subject;
    const current = (): boolean => this.#known.get(key) === group && group.subject === subject && !this.#signal?.aborted;
    const look = async (): Promise<boolean> => {
      const answers = await probeRows(rows, { signal: this.#signal });
      if (!current()) return true;
      const changed = JSON.stringify([...answers]) !== JSON.stringify([...group.answers]);
      group.answers = answers;
      if (changed) this.changes.update((count) => count + 1);
      return [...answers.values()].every((probe) => probe.answers);
    };
    const retry = async (): Promise<void> => {
      for (const ms of retriesMs) {
        await sleep(ms, { signal: this.#signal });
        if (!current() || (await look())) return;
      }
    };
    const quiet = (error: unknown): void => {
      if (!isAbort(error)) throw error;
    };
    const all = await look().catch((error: unknown) => (quiet(error), true));
    if (!all) void retry().catch(quiet);
  }
}
