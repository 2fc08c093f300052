import type { Problem } from '../../../../shared/problem.ts';

const address = String.raw`(\[[0-9a-f:]+\]|[0-9a-f.:]*?):(\d+)`;

/** The ways in which engines say that a host port is taken; each gives host address and port, in this order. */
const sentences: readonly RegExp[] = [
  new RegExp(`Bind for ${address} failed: port is already allocated`, 'i'),
  new RegExp(`exposing port \\w+ ${address} ->`, 'i'),
  new RegExp(`failed to bind host port (?:for )?${address}[:/]`, 'i'),
  new RegExp(`listen (?:tcp|udp|sctp)[46]? ${address}: .*(?:address already in use|forbidden by its access permissions)`, 'i'),
  new RegExp(`${address}: (?:bind: )?address already in use`, 'i'),
];

/** Recognises "port is already allocated" and "address already in use" and says which port it was. */
export function portConflict(text: string): Omit<Problem, 'detail'> | undefined {
  if (!/port is already allocated|address already in use|forbidden by its access permissions/i.test(text)) return undefined;
  const match = sentences.map((sentence) => sentence.exec(text)).find((found) => found !== null);
  const hostPort = match ? Number(match[2]) : undefined;
  const hostIp = match?.[1]?.replace(/^\[|\]$/g, '').replace(/^::$|^$/, '::');
  const protocol = /\b(udp|sctp)[46]?\b/i.exec(text)?.[1]?.toLowerCase() ?? 'tcp';
  return {
    code: 'port.conflict',
    message:
      hostPort === undefined
        ? 'A port that is to be published on this machine is already taken.'
        : `Port ${String(hostPort)} of this machine is already taken.`,
    hint: 'Stop what uses it, or publish on another port.',
    data: { protocol, ...(hostPort !== undefined && { hostPort }), ...(hostIp !== undefined && { hostIp }) },
  };
}
