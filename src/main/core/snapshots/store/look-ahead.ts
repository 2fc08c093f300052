/** Pieces being fetched ahead of the one handed out, so that reading and decompression use several cores. */
const pending = 12;

/** What `fetch` makes of each piece, in order; some are under way at once. */
export async function* lookAhead<Piece, Result>(
  pieces: AsyncIterable<Piece>,
  fetch: (piece: Piece) => Result | Promise<Result>,
): AsyncGenerator<Result> {
  const waiting: Promise<Result>[] = [];
  for await (const piece of pieces) {
    const result = Promise.resolve(fetch(piece));
    // Awaited in its turn; a failure before that is not unheard.
    result.catch(() => undefined);
    waiting.push(result);
    if (waiting.length <= pending) continue;
    const next = waiting.shift();
    if (next) yield await next;
  }
  for (const result of waiting) yield await result;
}
