import type { LogLine, LogOptions } from '../containers.ts';
import { aboutContainer } from './attempt.ts';
import { frames } from './frames.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Transport } from './transport.ts';
import type { WireContainerDetails } from './wire.ts';

/** See `Containers.logs`. */
export async function* containerLogs(transport: Transport, id: string, options: LogOptions): AsyncGenerator<LogLine> {
  const { signal, follow = false, tail, since, until } = options;
  const attempt = aboutContainer('read the log of', id);
  const path = `/containers/${encodeURIComponent(id)}`;
  const { Config: config } = await transport.json<WireContainerDetails>({ path: `${path}/json`, attempt, signal });
  const request = {
    path: `${path}/logs`,
    query: {
      stdout: true,
      stderr: true,
      timestamps: true,
      follow,
      tail: tail ?? 'all',
      since: since && seconds(since),
      until: until && seconds(until),
    },
    attempt,
    signal,
  };
  const response = await transport.stream(request);
  try {
    if (config.Tty) {
      const splitter = new LineSplitter('stdout');
      for await (const chunk of response as AsyncIterable<Buffer>) yield* splitter.write(chunk);
      yield* splitter.end();
    } else {
      const splitters = { stdout: new LineSplitter('stdout'), stderr: new LineSplitter('stderr') };
      for await (const { stream, data } of frames(response, { whole: true })) yield* splitters[stream].write(data);
      yield* splitters.stdout.end();
      yield* splitters.stderr.end();
    }
  } catch (error) {
    throw transport.failure(error, request);
  } finally {
    response.destroy();
  }
}

function seconds(at: Date): string {
  return (at.getTime() / 1000).toFixed(3);
}
