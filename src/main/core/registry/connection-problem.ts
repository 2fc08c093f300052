import type { Problem } from '../../../shared/problem.ts';

/** What OpenSSL says when the other side answers in plain HTTP, or not in TLS at all. */
const notTls = /wrong version number|packet length too long|EPROTO.*(?:unknown protocol|http request)|first record/i;
const badCertificate = /certificate|self[- ]signed|altnames|UNABLE_TO_|DEPTH_ZERO|CERT_/i;

/** Why no connection to a registry came about. `data.speaksTls` is false where the host answers, but without TLS. */
export function connectionProblem(error: Error, host: string): Problem {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const detail = `${code} ${error.message}`.trim();
  if (notTls.test(detail) || code === 'EPROTO') {
    return {
      code: 'registry.tls',
      message: `The registry ${host} does not speak TLS.`,
      hint: 'If that is meant so, allow plain HTTP for it in the settings, and list it in the engine\'s insecure-registries.',
      detail,
      data: { host, speaksTls: false },
    };
  }
  if (badCertificate.test(detail)) {
    return {
      code: 'registry.tls',
      message: `The certificate of the registry ${host} is not trusted.`,
      hint: 'Add the registry\'s own CA certificate in Slipway and to the engine (/etc/docker/certs.d/HOST/ca.crt).',
      detail,
      data: { host },
    };
  }
  const hint =
    code === 'ENOTFOUND' || code === 'EAI_AGAIN'
      ? 'Check the registry\'s name, and your network, VPN or DNS.'
      : 'Check your network, VPN or proxy, and that the registry is up.';
  return { code: 'registry.unreachable', message: `The registry ${host} cannot be reached.`, hint, detail, data: { host } };
}
