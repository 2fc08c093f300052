/**
 * Extended header records of POSIX pax ("%d %s=%s\n"), over bytes: values may hold file names and extended attributes
 * that are no UTF-8. Keys and values are latin1 strings, a character a byte.
 */
export function parsePax(data: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < data.length && data[at] !== 0) {
    const space = data.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number.parseInt(data.toString('latin1', at, space), 10);
    const end = at + length;
    const equals = data.indexOf(0x3d, space);
    if (!(length > 0) || end > data.length || data[end - 1] !== 0x0a || equals < 0 || equals >= end) {
      throw new Error('malformed pax record');
    }
    records.set(data.toString('latin1', space + 1, equals), data.toString('latin1', equals + 1, end - 1));
    at = end;
  }
  return records;
}

export function formatPax(records: ReadonlyMap<string, string>): Buffer {
  const lines = [...records].map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    // The length counts its own digits.
    let length = rest.length + 1;
    while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
    return `${length}${rest}`;
  });
  return Buffer.from(lines.join(''), 'latin1');
}
