import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { isMissingPath } from '../../base/errno.ts';
import { Fault } from '../../base/fault.ts';

const login = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});

const schema = z.object({
  auths: z.record(z.string(), login).optional(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
});

/** The part of Docker's config.json and of Podman's auth.json that is about logins. */
export type LoginFile = z.infer<typeof schema>;
export type StoredLogin = z.infer<typeof login>;

/** Reads a login file; undefined where there is none. Raises `registry.invalid-config` for one that is damaged. */
export async function readLoginFile(file: string): Promise<LoginFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissingPath(error)) return undefined;
    throw invalid(file, 'cannot be read', error);
  }
  return parseLoginFile(text, file);
}

/** Parses the text of a login file; `source` names it in the Problem. An empty file has no logins. */
export function parseLoginFile(text: string, source: string): LoginFile {
  if (text.trim() === '') return {};
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw invalid(source, 'is damaged', error);
  }
}

/** The cause stays out of the detail: a parser quotes what it can't read, and that may be a password. */
function invalid(source: string, what: string, cause: unknown): Fault {
  return new Fault(
    {
      code: 'registry.invalid-config',
      message: `${source}, which holds the logins to registries, ${what}.`,
      hint: 'Correct it, or move it away and log in again.',
      location: { file: source },
    },
    { cause },
  );
}
