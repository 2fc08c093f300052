/** A published port by its place in the project; without a number while the engine has yet to choose one. */
export interface PlacedPort {
  readonly service?: string | undefined;
  readonly containerPort?: number | undefined;
  readonly protocol: string;
  readonly hostPort?: number | undefined;
}

const placeholder = /\$\{port:([^:}]+):(\d+)(?:\/(tcp|udp|sctp))?\}/g;

/**
 * Puts host ports in the place of `${port:SERVICE:CONTAINER_PORT}`. Undefined while one of them is not known: the
 * service publishes no such port, or the engine has yet to choose it.
 */
export function expandPortPlaceholders(text: string, rows: readonly PlacedPort[]): string | undefined {
  const unknown: string[] = [];
  const expanded = text.replaceAll(placeholder, (all, service: string, port: string, protocol = 'tcp') => {
    const row = rows.find((one) => one.service === service && one.containerPort === Number(port) && one.protocol === protocol);
    if (row?.hostPort === undefined) unknown.push(all);
    return String(row?.hostPort ?? '');
  });
  return unknown.length === 0 ? expanded : undefined;
}
