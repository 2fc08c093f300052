import type { IncomingMessage } from 'node:http';
import { sleep } from '../../base/abort.ts';
import { toProblem } from '../../base/fault.ts';
import type { Logger } from '../../base/logger.ts';
import type { EngineEvent, EngineEvents } from '../events.ts';
import { jsonLines } from './json-lines.ts';
import type { Transport } from './transport.ts';
import type { WireEvent } from './wire.ts';

const firstPauseMs = 250;
const longestPauseMs = 10_000;
/** Finds out that a remote daemon is gone although nobody closed the connection. */
const keepAliveMs = 15_000;

const kinds = ['container', 'image', 'volume', 'network'] as const;
type Kind = (typeof kinds)[number];

export class DockerodeEvents implements EngineEvents {
  private readonly transport: Transport;
  private readonly logger: Logger;

  constructor(transport: Transport, logger: Logger) {
    this.transport = transport;
    this.logger = logger;
  }

  async *watch({ signal, labels = [] }: Parameters<EngineEvents['watch']>[0] = {}): AsyncGenerator<EngineEvent> {
    let since: string | undefined;
    let pause = firstPauseMs;
    let connected = true;
    while (!signal?.aborted) {
      let response: IncomingMessage | undefined;
      try {
        response = await this.open(since, signal);
        since ??= headerTime(response);
        pause = firstPauseMs;
        connected = true;
        yield { kind: 'connected' };
        for await (const value of jsonLines(response)) {
          const wire = value as WireEvent;
          since = after(wire);
          const event = engineEvent(wire);
          if (event && matches(event, labels)) yield event;
        }
        throw new Error('the engine ended the event stream');
      } catch (error) {
        if (signal?.aborted) return;
        const reason = toProblem(this.transport.failure(error, { attempt, signal })).message;
        this.logger.info('event stream lost', { reason, pause });
        if (connected) yield { kind: 'disconnected', reason };
        connected = false;
      } finally {
        // The reader may leave at any event.
        response?.destroy();
      }
      await sleep(pause, { signal }).catch(() => undefined);
      pause = Math.min(pause * 2, longestPauseMs);
    }
  }

  private async open(since: string | undefined, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const query = { filters: { type: kinds }, since };
    const response = await this.transport.stream({ path: '/events', query, attempt, signal });
    response.socket.setKeepAlive(true, keepAliveMs);
    return response;
  }
}

const attempt = { doing: 'follow the events of the engine' };

function engineEvent({ Type: kind, Action: action, Actor: actor, timeNano }: WireEvent): EngineEvent | undefined {
  if (!isKind(kind)) return undefined;
  const attributes = actor.Attributes ?? {};
  const id = kind === 'network' ? (attributes['name'] ?? actor.ID) : actor.ID;
  return { kind, action, id, attributes, at: new Date(Math.floor(timeNano / 1e6)) };
}

function isKind(kind: string): kind is Kind {
  return kinds.some((known) => known === kind);
}

/** Only containers' events carry their labels; those of volumes, networks and images always pass. */
function matches(event: EngineEvent, labels: readonly string[]): boolean {
  if (event.kind !== 'container') return true;
  return labels.every((label) => {
    const [key = '', ...value] = label.split('=');
    const actual = event.attributes[key];
    return actual !== undefined && (value.length === 0 || actual === value.join('='));
  });
}

/** The moment after an event, as the API takes it. `timeNano` is beyond a double's precision: a repeat is possible. */
function after({ time, timeNano }: WireEvent): string {
  const nanos = (BigInt(Math.round(timeNano)) % 1_000_000_000n) + 1n;
  return `${String(time)}.${String(nanos).padStart(9, '0')}`;
}

function headerTime(response: IncomingMessage): string | undefined {
  const date = Date.parse(response.headers.date ?? '');
  return Number.isNaN(date) ? undefined : String(Math.floor(date / 1000));
}
