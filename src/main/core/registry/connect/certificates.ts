import { X509Certificate } from 'node:crypto';
import type { DetailedPeerCertificate } from 'node:tls';
import type { CertificateView } from '../../../../shared/models/registry.ts';
import { Fault } from '../../base/fault.ts';

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** A certificate with its PEM text. */
export interface Certificate extends CertificateView {
  readonly pem: string;
}

/** All certificates of a PEM text, in order. Raises `usage.invalid` when there is none or one is damaged. */
export function parseCertificates(pem: string): Certificate[] {
  const blocks = pem.match(block) ?? [];
  try {
    const parsed = blocks.map((text) => certificateOf(new X509Certificate(text)));
    if (parsed.length > 0) return parsed;
  } catch (error) {
    throw notCertificates(error);
  }
  throw notCertificates();
}

/** What a server showed, its own certificate first, each followed by the one that signed it. */
export function presentedChain(peer: DetailedPeerCertificate): Certificate[] {
  const chain: Certificate[] = [];
  const seen = new Set<string>();
  // A server without a certificate gives an empty object, and a chain may break off: the types hide both.
  for (let at: Partial<DetailedPeerCertificate> | undefined = peer; at?.raw && !seen.has(at.fingerprint256 ?? ''); at = at.issuerCertificate) {
    seen.add(at.fingerprint256 ?? '');
    chain.push(certificateOf(new X509Certificate(at.raw)));
  }
  return chain;
}

/** `AB:CD:…` whatever the way it was typed: with or without colons, spaces and `sha256:`. */
export function sameFingerprint(one: string, other: string): boolean {
  const bare = (text: string): string => text.toLowerCase().replace(/^sha-?256[:=]/, '').replaceAll(/[^0-9a-f]/g, '');
  return bare(one) === bare(other) && bare(one).length === 64;
}

/** What a person sees: without the PEM text. */
export function certificateView({ subject, issuer, fingerprint, validFrom, validTo, selfSigned }: Certificate): CertificateView {
  return { subject, issuer, fingerprint, validFrom, validTo, selfSigned };
}

function certificateOf(certificate: X509Certificate): Certificate {
  return {
    subject: oneLine(certificate.subject) || certificate.subjectAltName || '(no name)',
    issuer: oneLine(certificate.issuer),
    fingerprint: certificate.fingerprint256,
    validFrom: new Date(certificate.validFrom).toISOString(),
    validTo: new Date(certificate.validTo).toISOString(),
    selfSigned: certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey),
    pem: certificate.toString(),
  };
}

/** Node separates the parts of a name by lines. An empty name comes as undefined, whatever the types say. */
function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').filter(Boolean).join(', ');
}

function notCertificates(cause?: unknown): Fault {
  return new Fault(
    {
      code: 'usage.invalid',
      message: 'This is not a certificate in PEM form.',
      hint: 'Give a file that has lines from “-----BEGIN CERTIFICATE-----” to “-----END CERTIFICATE-----”.',
    },
    cause === undefined ? {} : { cause },
  );
}
