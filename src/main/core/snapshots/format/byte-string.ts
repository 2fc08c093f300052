/**
 * File names are bytes, JSON strings are not. Bytes that are not UTF-8 become lone surrogates U+DC80…U+DCFF, one a
 * byte, as PEP 383 does; `JSON.stringify` writes those as escapes and every such string goes back to its exact bytes.
 */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const ascii = /^[\0-\x7f]*$/;

/** The name that the bytes from `start` to `end` are. */
export function bytesToString(all: Buffer, start = 0, end = all.length): string {
  // Most names are plain, and this is several times faster.
  const plain = all.toString('latin1', start, end);
  if (ascii.test(plain)) return plain;
  const bytes = all.subarray(start, end);
  try {
    return utf8.decode(bytes);
  } catch {
    return decodeWithEscapes(bytes);
  }
}

export function stringToBytes(text: string): Buffer {
  if (!/[\uDC80-\uDCFF]/.test(text)) return Buffer.from(text, 'utf8');
  const parts = text.split(/(?<![\uD800-\uDBFF])([\uDC80-\uDCFF])/);
  return Buffer.concat(
    parts.map((part, index) => (index % 2 === 1 ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part, 'utf8'))),
  );
}

function decodeWithEscapes(bytes: Buffer): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + bytes.readUInt8(at));
      at += 1;
    } else {
      text += bytes.toString('utf8', at, at + length);
      at += length;
    }
  }
  return text;
}

/** Length of the valid UTF-8 sequence at `at`, or 0. */
function sequenceLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    try {
      utf8.decode(bytes.subarray(at, at + length));
      return length;
    } catch {
      // A longer sequence may be valid.
    }
  }
  return 0;
}
