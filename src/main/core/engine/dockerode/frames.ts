export interface Frame {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

const headerBytes = 8;

/**
 * Takes apart the multiplexed stream of logs, attach and exec without a TTY: a header of 8 bytes (kind, three zeros,
 * length in big-endian), then that many bytes (https://docs.docker.com/reference/api/engine/, "Stream format").
 * `whole` frames come in one piece; otherwise what has arrived is passed on at once.
 */
export async function* frames(source: AsyncIterable<Buffer>, { whole = false } = {}): AsyncGenerator<Frame> {
  let pending: Buffer = Buffer.alloc(0);
  let stream: Frame['stream'] = 'stdout';
  let missing = 0;
  for await (const chunk of source) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      if (missing === 0) {
        if (pending.length < headerBytes) break;
        stream = pending[0] === 2 ? 'stderr' : 'stdout';
        missing = pending.readUInt32BE(4);
        pending = pending.subarray(headerBytes);
        if (missing === 0) continue;
      }
      if (pending.length === 0 || (whole && pending.length < missing)) break;
      const data = pending.subarray(0, missing);
      pending = pending.subarray(data.length);
      missing -= data.length;
      yield { stream, data };
    }
  }
}
