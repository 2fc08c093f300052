/** A mount in the long form, as the short form `[SOURCE:]TARGET[:OPTIONS]` means it. */
export interface ShortMount {
  readonly type: 'bind' | 'volume';
  readonly source?: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly bind?: { readonly propagation?: string; readonly selinux?: string; readonly create_host_path?: boolean };
  readonly volume?: { readonly nocopy?: boolean };
}

export type MountResult = { readonly mount: ShortMount } | { readonly mount?: undefined; readonly error: string };

const propagations = new Set(['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave']);
const selinuxLabels = new Set(['z', 'Z']);

/**
 * Reads a short mount. Unknown options are passed over, as the reference does.
 *
 * Source: Compose Specification, "volumes", short syntax.
 */
export function parseMount(text: string): MountResult {
  if (text === '') return { error: 'it is empty' };
  if (Buffer.byteLength(text) <= 2) return { mount: { type: 'volume', target: text, readOnly: false } };
  const fields = splitFields(text);
  if (fields.includes('')) return { error: 'a section between its colons is empty' };
  if (fields.length > 3) return { error: 'it has too many colons' };
  const [first = '', second, options = ''] = fields;
  const source = second === undefined ? undefined : first;
  const isPath = source !== undefined && isFilePath(source);
  let readOnly = false;
  let bind: { propagation?: string; selinux?: string } | undefined;
  let nocopy = false;
  for (const option of options.split(',')) {
    if (option === 'ro' || option === 'rw') readOnly = option === 'ro';
    else if (option === 'nocopy') nocopy = true;
    else if (propagations.has(option)) bind = { ...bind, propagation: option };
    else if (selinuxLabels.has(option)) bind = { ...bind, selinux: option };
  }
  const volume = nocopy ? { nocopy } : isPath ? undefined : {};
  const bound = isPath ? { ...bind, create_host_path: true } : bind;
  return {
    mount: {
      type: isPath ? 'bind' : 'volume',
      ...(source !== undefined && { source }),
      target: second ?? first,
      readOnly,
      ...(bound && { bind: bound }),
      ...(volume && { volume }),
    },
  };
}

/** Splits at colons, but neither at a Windows drive's nor inside `${…}`. */
function splitFields(text: string): string[] {
  const fields: string[] = [];
  let field = '';
  let nested = 0;
  const characters = Array.from(text);
  characters.forEach((character, index) => {
    if (character === '$' && characters[index + 1] === '{') nested += 1;
    else if (character === '}' && nested > 0) nested -= 1;
    if (character === ':' && nested === 0 && !isLetter(field)) {
      fields.push(field);
      field = '';
    } else {
      field += character;
    }
  });
  return [...fields, field];
}

function isFilePath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^\p{L}:/u.test(source);
}

function isLetter(text: string): boolean {
  return /^\p{L}$/u.test(text);
}
