import type { Project } from '../../compose/project.ts';

const secretName = /pass(word|wd|phrase)?|secret|token|api_?key|private_?key|credential|auth/i;
const credentialsInUrl = /^([a-z][a-z0-9+.-]*:\/\/[^:/@\s]*):[^@/\s]+@/i;
const masked = '********';

/** The project without anything that looks like a secret: for snapshots, reports and whatever leaves the machine. */
export function maskSecrets(project: Project): unknown {
  return mask(project, '');
}

function mask(value: unknown, key: string): unknown {
  if (typeof value === 'string') {
    if (secretName.test(key) && value !== '' && !value.startsWith('/')) return masked;
    return value.replace(credentialsInUrl, `$1:${masked}@`);
  }
  if (Array.isArray(value)) return value.map((item) => mask(item, ''));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, name === 'content' && typeof item === 'string' ? masked : mask(item, name)]),
    );
  }
  return value;
}
