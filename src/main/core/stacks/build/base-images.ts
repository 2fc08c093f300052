import { instructions } from './instruction-line.ts';

/**
 * The images that a Dockerfile takes from registries: `FROM`, `COPY --from` and `RUN --mount=from` that name neither an
 * earlier stage nor `scratch`. Arguments before the first `FROM` are filled in, as builders do; a name that stays
 * unknown is left out. Source: https://docs.docker.com/reference/dockerfile/
 */
export function baseImages(dockerfile: string, given: Readonly<Record<string, string>> = {}): string[] {
  const values = globalArguments(dockerfile, given);
  const stages = new Set<string>(['scratch']);
  const images = new Set<string>();
  const add = (text: string): void => {
    const name = fillIn(text, values);
    if (name !== '' && !name.includes('$') && !stages.has(name.toLowerCase()) && !/^\d+$/.test(name)) images.add(name);
  };
  for (const { text: line } of instructions(dockerfile)) {
    const [instruction = '', ...words] = line.trim().split(/\s+/);
    switch (instruction.toUpperCase()) {
      case 'FROM': {
        const [image = '', as, name] = words.filter((word) => !word.startsWith('--'));
        add(image);
        if (as?.toUpperCase() === 'AS' && name !== undefined) stages.add(name.toLowerCase());
        break;
      }
      case 'COPY':
      case 'ADD':
      case 'RUN':
        for (const word of words) {
          const from = /^--from=(.+)$/.exec(word)?.[1] ?? /^--mount=(?:.*,)?from=([^,]+)/.exec(word)?.[1];
          if (from !== undefined) add(from.replaceAll(/^["']|["']$/g, ''));
        }
        break;
    }
  }
  return [...images];
}

/** The values of the arguments before the first `FROM`. */
export function globalArguments(dockerfile: string, given: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { text } of instructions(dockerfile)) {
    const [instruction = '', ...words] = text.trim().split(/\s+/);
    if (instruction.toUpperCase() === 'FROM') break;
    if (instruction.toUpperCase() === 'ARG') for (const word of words) declare(word, values, given);
  }
  return values;
}

function declare(text: string, values: Map<string, string>, given: Readonly<Record<string, string>>): void {
  const [, name = '', value] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  const chosen = given[name] ?? (value === undefined ? undefined : fillIn(value.replaceAll(/^["']|["']$/g, ''), values));
  if (chosen !== undefined) values.set(name, chosen);
}

/** `$A`, `${A}`, `${A:-default}` and `${A:+other}`; what has no value stays as it is written. */
export function fillIn(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\$(?:(\w+)|\{(\w+)(?::([-+])([^}]*))?\})/g, (whole, plain: string | undefined, name: string | undefined, kind: string | undefined, other: string | undefined) => {
    const value = values.get(plain ?? name ?? '');
    if (kind === '+') return value ? (other ?? '') : '';
    if (kind === '-') return value ? value : (other ?? '');
    return value ?? whole;
  });
}
