/** What stands before a release: `1.2.0-rc.1` comes before `1.2.0`, while `16-alpine` is another build of `16`. */
const beforeRelease = /^(?:alpha|beta|rc|pre|preview|dev|snapshot|nightly|m|ea)(?:[.-]?\d|$)/i;

/** Made once: making one is a hundred times as much work as comparing with it. */
const numeric = new Intl.Collator('en', { numeric: true });

interface Version {
  readonly numbers: readonly number[];
  readonly suffix: string;
  readonly early: boolean;
}

/** Newest version first: `latest`, then versions downwards, then all that is no version, by name. */
export function sortTags(tags: readonly string[]): string[] {
  const keyed = tags.map((name) => ({ name, version: versionOf(name) }));
  return keyed.sort(compare).map(({ name }) => name);
}

function versionOf(tag: string): Version | undefined {
  const [, numbers, suffix = ''] = /^v?(\d+(?:\.\d+)*)(?:[-_+.]?([^0-9].*))?$/i.exec(tag) ?? [];
  // A commit's hash may be made of digits alone, a version never has so many.
  if (numbers === undefined || numbers.split('.').some((part) => part.length > 10)) return undefined;
  const bare = suffix.replace(/^[-_+.]/, '');
  return { numbers: numbers.split('.').map(Number), suffix: bare, early: beforeRelease.test(bare) };
}

type Keyed = { readonly name: string; readonly version: Version | undefined };

function compare(one: Keyed, other: Keyed): number {
  const rank = ({ name, version }: Keyed): number => (name === 'latest' ? 0 : version ? 1 : 2);
  return rank(one) - rank(other) || (one.version && other.version ? compareVersions(one.version, other.version) : 0) || byText(one.name, other.name);
}

function compareVersions(one: Version, other: Version): number {
  for (let index = 0; index < Math.max(one.numbers.length, other.numbers.length); index++) {
    // `16` stands for the newest 16.x, so it comes before `16.4`.
    const difference = (other.numbers[index] ?? Infinity) - (one.numbers[index] ?? Infinity);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  if (one.early !== other.early) return one.early ? 1 : -1;
  const suffixes = numeric.compare(one.suffix, other.suffix);
  return one.early ? -suffixes : suffixes;
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
