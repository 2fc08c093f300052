import type { Problem } from '../../../../shared/problem.ts';
import { type Certificate, certificateView } from './certificates.ts';

/** What OpenSSL says when the other side answers in plain HTTP, or not in TLS at all. */
const notTls = /wrong version number|packet length too long|EPROTO.*(?:unknown protocol|http request)|first record|HTTP_REQUEST/i;
const badCertificate = /certificate|self[- ]signed|altnames|UNABLE_TO_|DEPTH_ZERO|CERT_/i;

/** Why no connection to a registry came about. `data.speaksTls` is false where the host answers, but without TLS. */
export function connectionProblem(error: Error, host: string): Problem {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const detail = `${code} ${error.message}`.trim();
  if (notTls.test(detail) || code === 'EPROTO') {
    return {
      code: 'registry.tls',
      message: `The registry ${host} does not speak TLS.`,
      hint: 'If that is meant so, allow plain HTTP for it: in Registries, or with `slipway registry add HOST --plain-http`.',
      detail,
      data: { host, speaksTls: false },
    };
  }
  if (badCertificate.test(detail)) {
    return {
      code: 'registry.tls',
      message: badCertificateMessage(code, host),
      hint: 'Compare the certificate with what those who run the registry say, then trust it in Registries.',
      detail,
      data: { host, untrusted: true },
    };
  }
  const hint =
    code === 'ENOTFOUND' || code === 'EAI_AGAIN'
      ? 'Check the registry\'s name, and your network, VPN or DNS.'
      : 'Check your network, VPN or proxy, and that the registry is up.';
  return { code: 'registry.unreachable', message: `The registry ${host} cannot be reached.`, hint, detail, data: { host, reason: code } };
}

/** Something listens there and took the question, but never answered. */
export function silentProblem(host: string): Problem {
  return {
    code: 'registry.unreachable',
    message: `The registry ${host} did not answer in time.`,
    hint: 'Check your network, VPN or proxy, and that the registry is up.',
    data: { host, reason: 'ETIMEDOUT' },
  };
}

/** Whether a Problem says that a certificate is not trusted, so that trusting it would help. */
export function isUntrusted({ data }: Problem): boolean {
  return data?.['untrusted'] === true && data['certificates'] === undefined;
}

/** The same Problem with what the host showed, for a person to compare: `data.certificates`, its own first. */
export function untrustedProblem(problem: Problem, host: string, shown: readonly Certificate[]): Problem {
  const top = shown.at(-1);
  if (top === undefined) return problem;
  const lines = shown.map(({ subject, fingerprint, validFrom, validTo }) => `${subject}\n  SHA-256 ${fingerprint}\n  valid from ${validFrom} to ${validTo}`);
  return {
    ...problem,
    hint: `Compare the fingerprint ${top.fingerprint} with what those who run the registry say, then trust it: in Registries, or with \`slipway registry trust ${host} --fingerprint …\`.`,
    detail: [problem.detail ?? '', ...lines].join('\n'),
    data: { ...problem.data, certificates: shown.map(certificateView) },
  };
}

function badCertificateMessage(code: string, host: string): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return `The certificate of the registry ${host} has expired.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of the registry ${host} is made for another name.`;
    default:
      return `The certificate of the registry ${host} is not trusted.`;
  }
}
