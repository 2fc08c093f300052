/** Headers and contents each fill whole blocks of this size. */
export const tarBlockBytes = 512;

export interface TarHeader {
  readonly name: string;
  readonly size: number;
}

/** Header of a regular file (POSIX.1-2001, "ustar"); sizes from 8 GiB on in the base-256 form of GNU tar. */
export function writeTarHeader({ name, size }: TarHeader): Buffer {
  const header = Buffer.alloc(tarBlockBytes);
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long for a tar header`);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  if (size < 8 ** 11) header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
  }
  header.write('00000000000\0', 136);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** What a header says that was read. */
export interface TarEntry extends TarHeader {
  readonly kind: 'file' | 'directory' | 'extended';
}

/** What comes after a header: `extended` is more about the next entry (pax, or a long name of GNU tar). */
const kinds: Readonly<Record<string, TarEntry['kind']>> = { '0': 'file', '\0': 'file', '5': 'directory', x: 'extended', g: 'extended', L: 'extended', K: 'extended' };

/** The entry of one header block, `end` for a block of zeros; undefined for what is no header, or of another kind. */
export function readTarHeader(block: Buffer): TarEntry | 'end' | undefined {
  if (block.every((byte) => byte === 0)) return 'end';
  if (Number.parseInt(block.toString('latin1', 148, 156), 8) !== checksum(block)) return undefined;
  const kind = kinds[String.fromCharCode(block[156] ?? 0)];
  if (!kind) return undefined;
  const prefix = text(block, 345, 500);
  const name = text(block, 0, 100);
  const size = block[124] === 0x80 ? Number(block.readBigUInt64BE(128)) : Number.parseInt(text(block, 124, 136).trim() || '0', 8);
  if (!Number.isSafeInteger(size) || size < 0) return undefined;
  return { name: prefix === '' ? name : `${prefix}/${name}`, size, kind };
}

/** Bytes of zeros after a file's content, so that the next header begins at a block. */
export function paddingOf(size: number): number {
  return (tarBlockBytes - (size % tarBlockBytes)) % tarBlockBytes;
}

function text(block: Buffer, from: number, to: number): string {
  const end = block.indexOf(0, from);
  return block.toString('utf8', from, end < 0 || end > to ? to : end);
}

/** The sum of all bytes with the checksum's own field taken as blanks. */
function checksum(header: Buffer): number {
  return header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0);
}
