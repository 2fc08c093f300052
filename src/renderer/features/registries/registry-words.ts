import { type CertificateView, certificateView, type RegistryHealth, type RegistryLogin, type RegistryView } from '../../../shared/models/registry.ts';
import type { Problem } from '../../../shared/problem.ts';
import type { StateLook } from '../../ui/state-look.ts';

export const healthLooks: Readonly<Record<RegistryHealth['state'], StateLook>> = {
  checking: { label: 'Checking', color: 'blue', lively: true },
  ok: { label: 'Reachable', color: 'teal' },
  'login-needed': { label: 'Needs a login', color: 'orange' },
  refused: { label: 'Login refused', color: 'red' },
  unreachable: { label: 'Unreachable', color: 'red' },
};

/** Which login is used and what gave it. */
export function loginWords(login: RegistryLogin | undefined): string {
  if (!login) return 'Anonymous';
  const who = login.username ?? 'a token';
  return login.own ? `${who}, logged in here` : `${who}, from ${login.origin}`;
}

/** What is special about how it is reached; empty when nothing is. */
export function settingsWords({ mirrors, plainHttp, proxy, trusted }: RegistryView): string {
  return [
    ...(mirrors.length > 0 ? [`mirrors ${mirrors.join(', ')}`] : []),
    ...(proxy === undefined ? [] : [proxy === 'direct' ? 'no proxy' : `proxy ${proxy}`]),
    ...(plainHttp ? ['plain HTTP allowed'] : []),
    ...(trusted.length > 0 ? ['own certificate trusted'] : []),
  ].join(' · ');
}

/** The certificates that a Problem says are not trusted; empty when it is about something else. */
export function untrustedCertificates(problem: Problem | undefined): CertificateView[] {
  const found = certificateView.array().safeParse(problem?.data?.['certificates']);
  return found.success ? found.data : [];
}

/** `AB:CD:…` in two lines of sixteen, as people compare it. */
export function fingerprintLines(fingerprint: string): string[] {
  const pairs = fingerprint.split(':');
  return [pairs.slice(0, 16).join(':'), pairs.slice(16).join(':')].filter(Boolean);
}

/** The text of a box with a mirror a line. */
export function mirrorsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
