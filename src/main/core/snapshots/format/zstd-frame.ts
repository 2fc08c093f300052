const blockMaxBytes = 128 * 1024;

/**
 * Whether `frame` is exactly one zstd frame without a dictionary whose content can't be larger than about `rawBytes`
 * (RFC 8878, section 3.1.1). Looked at before decoding, as a few bytes may ask for gigabytes: a block regenerates at
 * most 128 KiB, and blocks can be counted without decoding them.
 */
export function isBoundedFrame(frame: Buffer, rawBytes: number): boolean {
  if (frame.length < 6 || frame.readUInt32LE(0) !== 0xfd2fb528) return false;
  const descriptor = frame.readUInt8(4);
  const singleSegment = (descriptor & 0x20) !== 0;
  const hasDictionary = (descriptor & 0x03) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  const sizeFieldBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  if (hasDictionary) return false;
  let at = 5 + (singleSegment ? 0 : 1) + sizeFieldBytes;
  // Encoders fill blocks but for the last; a factor of two and some room allow for those that split blocks.
  let blocksLeft = 2 * Math.ceil(rawBytes / blockMaxBytes) + 8;
  for (;;) {
    if (at + 3 > frame.length || blocksLeft === 0) return false;
    const header = frame.readUIntLE(at, 3);
    const type = (header >> 1) & 3;
    const isRunLength = type === 1;
    at += 3 + (isRunLength ? 1 : header >> 3);
    blocksLeft -= 1;
    if ((header & 1) === 1) break;
  }
  return at + (hasChecksum ? 4 : 0) === frame.length;
}
