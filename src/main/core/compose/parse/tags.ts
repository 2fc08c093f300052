import type { ScalarNode } from '../source/node.ts';
import { resolveNumber, resolvePlain } from './plain-scalar.ts';

type Resolved = Pick<ScalarNode, 'value' | 'float'>;

const core = 'tag:yaml.org,2002:';

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
