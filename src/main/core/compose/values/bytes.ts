const units: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50 };
const size = /^([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?: ?(?:b|([kmgtp])(?:i?b)?))?$/i;

/**
 * The bytes that a text such as `512m`, `1.5GiB` or `1024` stands for (units are powers of 1024); undefined where it
 * is no size.
 *
 * Source: Compose Specification, "Specifying byte values".
 */
export function parseBytes(text: string): bigint | undefined {
  const match = size.exec(text);
  if (!match) return undefined;
  const [, number = '', unit] = match;
  const factor = unit ? (units[unit.toLowerCase()] ?? 1) : 1;
  return BigInt(Math.trunc(Number(number) * factor));
}
