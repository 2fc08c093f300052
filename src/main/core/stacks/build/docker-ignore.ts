/** Whether a path of the build context, relative and with `/`, is left out. */
export type Ignored = (path: string) => boolean;

interface Rule {
  readonly pattern: RegExp;
  readonly brings: boolean;
}

export interface IgnoreRules {
  readonly ignored: Ignored;
  /** Some rule brings back what an earlier one left out: ignored directories must be looked into. */
  readonly hasExceptions: boolean;
}

/**
 * Reads a `.dockerignore` (https://docs.docker.com/build/concepts/context/#dockerignore-files): Go's file patterns and
 * `**`, `!` for exceptions; the last rule that matches a path or one of its parents wins.
 */
export function parseDockerIgnore(text: string): IgnoreRules {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '.' && line !== '!')
    .map(readRule);
  return {
    ignored: (path) => {
      const parents = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
      return rules.reduce((left, { pattern, brings }) => (parents.some((part) => pattern.test(part)) ? !brings : left), false);
    },
    hasExceptions: rules.some(({ brings }) => brings),
  };
}

function readRule(line: string): Rule {
  const brings = line.startsWith('!');
  const cleaned = (brings ? line.slice(1).trim() : line).replaceAll(/\/+/g, '/').replace(/^(?:\.?\/)+/, '').replace(/\/$/, '');
  return { pattern: new RegExp(`^${translate(cleaned)}$`, 's'), brings };
}

const token = /\*\*\/|\*\*|\*|\?|\[[^\]]+\]|\\.|[^]/g;

/** Go's `filepath.Match` forms, and `**` for any number of directories. */
function translate(pattern: string): string {
  return pattern.replaceAll(token, (part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 2 && part.startsWith('[')) return part;
    const plain = part.length === 2 && part.startsWith('\\') ? part.slice(1) : part;
    return plain.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
}
