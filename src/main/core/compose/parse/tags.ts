import type { ScalarNode } from '../source/node.ts';
import { resolveNumber, resolvePlain } from './plain-scalar.ts';
import type { Token } from './token.ts';

type Resolved = Pick<ScalarNode, 'value' | 'float'>;

const core = 'tag:yaml.org,2002:';

/** The specification's own tags, for files that are laid on others. (Compose Specification, "Merge".) */
export const resetTag = '!reset';
export const overrideTag = '!override';

/** What the prefixes of tags stand for in one document. */
export class TagHandles {
  readonly #prefixes = new Map([
    ['!', '!'],
    ['!!', core],
  ]);

  /** Takes a `%TAG` directive into account. */
  declare(directive: string): void {
    const [, handle, prefix] = /^%TAG +(\S+) +(\S+)/.exec(directive) ?? [];
    if (handle !== undefined && prefix !== undefined) this.#prefixes.set(handle, prefix);
  }

  /** The full tag that a token writes. */
  expand({ text }: Token): string {
    const verbatim = /^!<(.*)>$/.exec(text)?.[1];
    if (verbatim !== undefined) return verbatim;
    const [, handle = '!', suffix = ''] = /^(!(?:[\w-]*!)?)(.*)$/.exec(text) ?? [];
    return (this.#prefixes.get(handle) ?? handle) + suffix;
  }
}

/** The value of a scalar with its tag; undefined where the text does not fit the tag. */
export function resolveTagged(tag: string | undefined, text: string, plain: boolean): Resolved | undefined {
  switch (tag) {
    case undefined:
      return plain ? resolvePlain(text) : { value: text };
    case `${core}int`: {
      const resolved = resolveNumber(text);
      return resolved && !resolved.float ? resolved : undefined;
    }
    case `${core}float`:
      return resolvePlain(text).float || resolveNumber(text) ? resolvePlain(text) : undefined;
    case `${core}bool`:
      return typeof resolvePlain(text).value === 'boolean' ? resolvePlain(text) : undefined;
    case `${core}null`:
      return resolvePlain(text).value === null ? { value: null } : undefined;
    case `${core}binary`:
      return { value: Buffer.from(text, 'base64').toString('latin1') };
    default:
      // `!!str`, and every tag of somebody's own: the text as written.
      return { value: text };
  }
}
