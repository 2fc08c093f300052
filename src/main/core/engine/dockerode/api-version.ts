/** Compares API versions, which are `major.minor` numbers: 1.9 is older than 1.41. */
export function atLeast(version: string, wanted: string): boolean {
  return compare(version, wanted) >= 0;
}

/** The older of two API versions. */
export function olderOf(one: string, other: string): string {
  return compare(one, other) <= 0 ? one : other;
}

function compare(one: string, other: string): number {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major - otherMajor || minor - otherMinor;
}
