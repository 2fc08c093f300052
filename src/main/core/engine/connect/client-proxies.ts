import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Fault } from '../../base/fault.ts';

const proxy = z.object({
  httpProxy: z.string().optional(),
  httpsProxy: z.string().optional(),
  ftpProxy: z.string().optional(),
  noProxy: z.string().optional(),
  allProxy: z.string().optional(),
});
const configFile = z.object({ proxies: z.record(z.string(), proxy).optional() });

const variables: readonly (readonly [keyof z.infer<typeof proxy>, string])[] = [
  ['httpProxy', 'HTTP_PROXY'],
  ['httpsProxy', 'HTTPS_PROXY'],
  ['ftpProxy', 'FTP_PROXY'],
  ['noProxy', 'NO_PROXY'],
  ['allProxy', 'ALL_PROXY'],
];

/**
 * The variables that Docker's client gives to containers and builds, from `proxies` in its config.json: those for this
 * engine's address, else the default ones; each in capitals and in small letters
 * (https://docs.docker.com/engine/cli/proxy/). Raises `registry.invalid-config` for a damaged file.
 */
export async function clientProxies(
  address: string,
  { environment, home }: { readonly environment: Readonly<Record<string, string | undefined>>; readonly home: string },
): Promise<Record<string, string>> {
  const file = path.join(environment['DOCKER_CONFIG'] || path.join(home, '.docker'), 'config.json');
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text.trim() === '') return {};
  const { proxies = {} } = parse(text, file);
  const chosen = proxies[address] ?? proxies['default'] ?? {};
  return Object.fromEntries(
    variables.flatMap(([key, name]) => {
      const value = chosen[key];
      return value ? [[name, value] as const, [name.toLowerCase(), value] as const] : [];
    }),
  );
}

function parse(text: string, file: string): z.infer<typeof configFile> {
  try {
    return configFile.parse(JSON.parse(text));
  } catch {
    // The cause stays out: a parser quotes what it can't read, and the file holds passwords.
    throw new Fault({ code: 'registry.invalid-config', message: `Docker's configuration ${file} is damaged.`, hint: 'Mend it by hand, or move it away.', location: { file } });
  }
}
