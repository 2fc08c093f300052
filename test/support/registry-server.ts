import { writeFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { connect } from 'node:net';
import { markOwned } from './abandoned.ts';
import { freePort } from './free-port.ts';
import { run } from './run.ts';
import { startServerProcess } from './server-process.ts';
import { makeTempDir, removeTempDir } from './temp.ts';
import { waitFor } from './wait-for.ts';

/** A real image registry on 127.0.0.1. */
export interface RegistryServer {
  /** `127.0.0.1:PORT`, as image references want it. */
  readonly address: string;
  readonly port: number;
  readonly storage: string;
  /** With `tls`: the certificate of the authority that signed the registry's own, in PEM. */
  readonly caFile: string | undefined;
  stop(): Promise<void>;
}

export interface RegistryOptions {
  /** User names and passwords; without them anyone may push and pull. */
  htpasswd?: Readonly<Record<string, string>>;
  /** Serve HTTPS with a certificate that no machine trusts by itself. */
  tls?: boolean;
  /** Where it listens; by default a free port. */
  port?: number;
  /** Where it keeps images; by default a directory that is removed on stop. */
  storage?: string;
  readOnly?: boolean;
}

/** Starts a registry (Distribution) and resolves when it accepts connections. */
export async function startRegistry(options: RegistryOptions = {}): Promise<RegistryServer> {
  const directory = await makeTempDir('registry');
  try {
    await markOwned(directory);
    const port = options.port ?? (await freePort());
    const storage = options.storage ?? path.join(directory, 'storage');
    await mkdir(storage, { recursive: true });
    const tls = options.tls ? await makeCertificate(directory) : undefined;
    const htpasswd = options.htpasswd ? await writeHtpasswd(directory, options.htpasswd) : undefined;
    const config = path.join(directory, 'config.yml');
    await writeFile(config, JSON.stringify(configuration({ port, storage, tls, htpasswd, readOnly: options.readOnly ?? false })));
    const server = await startServerProcess('docker-registry', ['serve', config], { logFile: path.join(directory, 'log') });
    try {
      await waitFor('the test registry', 20_000, async () => {
        if (!server.running()) throw new Error(`docker-registry ended at once:\n${await server.logTail()}`);
        return (await accepts(port)) ? true : undefined;
      });
    } catch (error) {
      await server.stop();
      throw error;
    }
    return {
      address: `127.0.0.1:${port}`,
      port,
      storage,
      caFile: tls?.ca,
      stop: async () => {
        await server.stop(5_000);
        await removeTempDir(directory);
      },
    };
  } catch (error) {
    await removeTempDir(directory);
    throw error;
  }
}

/** Distribution's configuration file; JSON is YAML too. */
function configuration(given: {
  port: number;
  storage: string;
  tls: { certificate: string; key: string } | undefined;
  htpasswd: string | undefined;
  readOnly: boolean;
}): object {
  return {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: given.storage },
      delete: { enabled: true },
      maintenance: { uploadpurging: { enabled: false }, readonly: { enabled: given.readOnly } },
    },
    http: {
      addr: `127.0.0.1:${given.port}`,
      ...(given.tls ? { tls: { certificate: given.tls.certificate, key: given.tls.key } } : {}),
    },
    ...(given.htpasswd ? { auth: { htpasswd: { realm: 'slipway-test', path: given.htpasswd } } } : {}),
  };
}

async function writeHtpasswd(directory: string, users: Readonly<Record<string, string>>): Promise<string> {
  const lines = await Promise.all(
    Object.entries(users).map(([user, password]) => run('htpasswd', ['-nbBC', '4', user, password])),
  );
  const file = path.join(directory, 'htpasswd');
  await writeFile(file, lines.map((line) => line.trim()).join('\n') + '\n');
  return file;
}

/** An authority and a certificate for 127.0.0.1 and localhost that it signed. */
async function makeCertificate(directory: string): Promise<{ ca: string; certificate: string; key: string }> {
  const at = (name: string): string => path.join(directory, name);
  const [ca, caKey, certificate, key, request, extensions] = ['ca.pem', 'ca.key', 'server.pem', 'server.key', 'server.csr', 'ext'].map(at) as [string, string, string, string, string, string];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await writeFile(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  await run('openssl', ['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Slipway test authority', '-keyout', caKey, '-out', ca]);
  await run('openssl', ['req', ...newKey, '-subj', '/CN=127.0.0.1', '-keyout', key, '-out', request]);
  await run('openssl', ['x509', '-req', '-in', request, '-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-days', '2', '-extfile', extensions, '-out', certificate]);
  return { ca, certificate, key };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const done = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', done(true)).once('error', done(false));
  });
}
