import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isMissingPath } from '../../base/errno.ts';
import { Fault } from '../../base/fault.ts';
import type { EngineEndpoint } from '../engine.ts';

type Tls = NonNullable<EngineEndpoint['tls']>;

/** Reads `ca.pem`, `cert.pem` and `key.pem`, as the docker command names them; each may be missing, but not all. */
export async function readTlsFiles(directory: string, { verify }: { readonly verify: boolean }): Promise<Tls> {
  const read = (name: string): Promise<string | undefined> => readFile(path.join(directory, name), 'utf8').catch(whenMissing);
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  if (ca === undefined && cert === undefined && key === undefined) throw noCertificates(directory);
  return { verify, ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}

function whenMissing(error: unknown): undefined {
  if (isMissingPath(error)) return undefined;
  throw new Fault(
    {
      code: 'engine.permission-denied',
      message: 'The certificates for the engine cannot be read.',
      hint: 'Check who may read the files.',
      detail: String(error),
    },
    { cause: error },
  );
}

function noCertificates(directory: string): Fault {
  return new Fault({
    code: 'engine.unreachable',
    message: `The engine wants TLS, but there are no certificates in ${directory}.`,
    hint: 'Put ca.pem, cert.pem and key.pem there, or point DOCKER_CERT_PATH at them.',
    data: { directory },
  });
}
