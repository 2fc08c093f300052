import type { Cancellable } from '../base/abort.ts';
import type { Attempt } from './attempt.ts';

/** Whether somebody accepts connections there and keeps them. Given by whoever knows how engines publish ports. */
export type AcceptsConnection = (address: { readonly hostIp: string; readonly hostPort: number }, options: Cancellable) => Promise<boolean>;

/** Connects to `HOST:PORT`. */
export function tcpAttempt(address: string, accepts: AcceptsConnection): Attempt {
  const [, bracketed, plain, port] = /^(?:tcp:\/\/)?(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(address) ?? [];
  const hostIp = bracketed ?? plain;
  const hostPort = Number(port);
  return async ({ signal }) => {
    if (hostIp === undefined || hostPort < 1 || hostPort > 65_535) return { message: `“${address}” is not an address such as 127.0.0.1:5432.` };
    return (await accepts({ hostIp, hostPort }, { signal })) ? undefined : { message: `Nothing accepts connections at ${address}.` };
  };
}
