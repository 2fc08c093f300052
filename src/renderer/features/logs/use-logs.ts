import { useEffect, useState } from 'react';
import type { ServiceLogLine } from '../../../shared/models/log.ts';
import type { Problem } from '../../../shared/problem.ts';
import { useApi } from '../../api/api.tsx';
import { problemOf } from '../../api/problem.ts';
import { appendLines } from './log-buffer.ts';

export interface Logs {
  readonly lines: readonly ServiceLogLine[];
  /** `open`: nothing has come yet or lines keep coming; `ended`: no service runs any more. */
  readonly state: 'open' | 'ended' | 'failed';
  readonly problem?: Problem;
}

/** Lines are shown together at most this often, in milliseconds. */
const showEveryMs = 100;

const nothingYet: Logs = { lines: [], state: 'open' };

/** The newest log lines of an environment or of one service, followed live. `attempt` opens the stream afresh. */
export function useLogs(environmentId: string, service: string | undefined, attempt: number): Logs {
  const api = useApi();
  const key = `${environmentId} ${service ?? ''} ${attempt}`;
  const [held, setHeld] = useState({ key, logs: nothingYet });
  useEffect(() => {
    const closing = new AbortController();
    const { signal } = closing;
    let waiting: ServiceLogLine[] = [];
    const change = (next: (logs: Logs) => Logs): void => {
      if (signal.aborted) return;
      setHeld((present) => ({ key, logs: next(present.key === key ? present.logs : nothingYet) }));
    };
    const flush = (): void => {
      if (waiting.length === 0) return;
      const more = waiting;
      waiting = [];
      change((logs) => ({ ...logs, lines: appendLines(logs.lines, more) }));
    };
    const timer = setInterval(flush, showEveryMs);
    const read = async (): Promise<void> => {
      try {
        const input = { environmentId, tail: 1_000, follow: true, ...(service === undefined ? {} : { service }) };
        for await (const line of await api.environments.logs.call(input, { signal })) waiting.push(line);
        flush();
        change((logs) => ({ ...logs, state: 'ended' }));
      } catch (error) {
        flush();
        change((logs) => ({ ...logs, state: 'failed', problem: problemOf(error) }));
      }
    };
    void read();
    return () => {
      clearInterval(timer);
      closing.abort();
    };
  }, [api, environmentId, service, key]);
  return held.key === key ? held.logs : nothingYet;
}
