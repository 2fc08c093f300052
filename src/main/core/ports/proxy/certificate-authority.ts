import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { Fault } from '../../base/fault.ts';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
const authorityDays = 3_650;
/** Longer-lived certificates of servers are refused by macOS. */
const serverDays = 397;

/**
 * X.509 name constraints (RFC 5280, 4.2.1.10) that permit `localhost` and what lies below it, and nothing else: whoever
 * stole the key could not pretend to be any real site. DER: SEQUENCE { [0] { SEQUENCE { [2] "localhost" } } }.
 */
const onlyLocalhost = Buffer.concat([Buffer.from([0x30, 0x0f, 0xa0, 0x0d, 0x30, 0x0b, 0x82, 0x09]), Buffer.from('localhost')]);

/** Makes certificates for names below `localhost`. It is kept on this machine and installed nowhere. */
export interface CertificateAuthority {
  /** The certificate that a person may tell the system to trust. */
  readonly file: string;
  /** What a server needs to speak TLS under this name. */
  contextFor(host: string): Promise<SecureContext>;
}

/** The authority kept in `directory`, its key readable by this user only; made at first use. Raises `storage.failed`. */
export async function openCertificateAuthority(directory: string): Promise<CertificateAuthority> {
  // The injection library below the certificates' one asks for it when it is loaded.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto);
  const [file, keyFile] = [path.join(directory, 'ca.pem'), path.join(directory, 'ca-key.pem')];
  const { certificate, keys } = (await read()) ?? (await make());
  const contexts = new Map<string, Promise<SecureContext>>();
  return {
    file,
    contextFor(host) {
      const context = contexts.get(host) ?? issue(host);
      contexts.set(host, context);
      return context;
    },
  };

  async function read() {
    const [pem, key] = await Promise.all([file, keyFile].map((one) => readFile(one, 'utf8').catch(() => undefined)));
    if (pem === undefined || key === undefined) return undefined;
    const found = new x509.X509Certificate(pem);
    if (found.notAfter.getTime() < Date.now() + serverDays * dayMs) return undefined;
    const der = createPrivateKey(key).export({ type: 'pkcs8', format: 'der' });
    const privateKey = await webcrypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
    return { certificate: found, keys: { privateKey } };
  }

  async function make() {
    const made = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const authority = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: `CN=Slipway local authority ${randomBytes(3).toString('hex')}`,
      ...validity(authorityDays),
      signingAlgorithm: algorithm,
      keys: made,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        new x509.Extension('2.5.29.30', true, onlyLocalhost),
        await x509.SubjectKeyIdentifierExtension.create(made.publicKey),
      ],
    });
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await writeFile(keyFile, await pemOf(made.privateKey), { mode: 0o600 });
      await writeFile(file, authority.toString('pem'), { mode: 0o600 });
    } catch (error) {
      throw new Fault({ code: 'storage.failed', message: `The local certificate authority could not be kept in ${directory}.`, hint: 'Check that you may write there.', detail: String(error) }, { cause: error });
    }
    return { certificate: authority, keys: { privateKey: made.privateKey } };
  }

  async function issue(host: string): Promise<SecureContext> {
    const own = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const server = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: `CN=${host}`,
      issuer: certificate.subject,
      ...validity(serverDays),
      signingAlgorithm: algorithm,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        await x509.AuthorityKeyIdentifierExtension.create(certificate.publicKey),
      ],
    });
    return createSecureContext({ key: await pemOf(own.privateKey), cert: `${server.toString('pem')}\n${certificate.toString('pem')}` });
  }
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  return `-----BEGIN PRIVATE KEY-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END PRIVATE KEY-----\n`;
}

/** A positive number, as RFC 5280 asks for. */
function serial(): string {
  return `01${randomBytes(15).toString('hex')}`;
}

/** From yesterday, since clocks differ. */
function validity(days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - dayMs), notAfter: new Date(Date.now() + (days - 1) * dayMs) };
}

/** How a person tells the system to trust the authority. Slipway never does it by itself. */
export function trustInstructions(file: string, platform: NodeJS.Platform): string {
  switch (platform) {
    case 'darwin':
      return `sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain "${file}"`;
    case 'win32':
      return `certutil -user -addstore Root "${file}"`;
    default:
      return `sudo cp "${file}" /usr/local/share/ca-certificates/slipway-local.crt && sudo update-ca-certificates`;
  }
}
