/** `127.0.0.1:80`, `[::1]:80` or `*:80` as system tools print a local address; undefined for a port that is none. */
export function parseEndpoint(text: string): { hostIp: string; hostPort: number } | undefined {
  const [, address = '', port = ''] = /^(.*):(\d+)$/.exec(text) ?? [];
  const hostPort = Number(port);
  if (address === '' || hostPort < 1) return undefined;
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  return { hostIp: bare === '*' ? '0.0.0.0' : bare, hostPort };
}
