import type { PortHolder } from '../../shared/models/port.ts';
import type { Problem } from '../../shared/problem.ts';

/** One taken port of a `port.conflict` Problem. */
export interface PortConflict {
  readonly port: number;
  readonly service?: string;
  readonly hostIp?: string;
  readonly protocol?: string;
  readonly holder?: PortHolder;
  /** A free port near it. */
  readonly suggestion?: number;
}

/** The conflicts that a `port.conflict` Problem carries in `data.conflicts`; anything unreadable is left out. */
export function portConflicts(problem: Problem): readonly PortConflict[] {
  const found = problem.code === 'port.conflict' ? problem.data?.conflicts : undefined;
  if (!Array.isArray(found)) return [];
  return found.flatMap((entry: unknown) => {
    const conflict = readConflict(entry);
    return conflict ? [conflict] : [];
  });
}

function readConflict(entry: unknown): PortConflict | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const fields = entry as Record<string, unknown>;
  const port = fields.hostPort;
  if (typeof port !== 'number') return undefined;
  return {
    port,
    ...textField(fields, 'service'),
    ...textField(fields, 'hostIp'),
    ...textField(fields, 'protocol'),
    ...(isHolder(fields.holder) ? { holder: fields.holder } : {}),
    ...(typeof fields.suggestion === 'number' ? { suggestion: fields.suggestion } : {}),
  };
}

function textField(fields: Record<string, unknown>, name: 'service' | 'hostIp' | 'protocol'): Partial<PortConflict> {
  const value = fields[name];
  return typeof value === 'string' ? { [name]: value } : {};
}

function isHolder(value: unknown): value is PortHolder {
  return typeof value === 'object' && value !== null && 'kind' in value && 'name' in value;
}

/** The other environments whose services hold wanted ports: stopping them is a way out. */
export function holdingEnvironments(problem: Problem, own: string): readonly { id: string; name: string }[] {
  const names = new Map<string, string>();
  for (const { holder } of portConflicts(problem)) {
    if (holder?.environmentId !== undefined && holder.environmentId !== own) names.set(holder.environmentId, holder.name);
  }
  return [...names].map(([id, name]) => ({ id, name }));
}

/** Who has the port, in words: "process nginx (PID 812, www-data)", "proxy of sample". */
export function describeHolder(holder: PortHolder | undefined): string {
  if (!holder || holder.kind === 'unknown') return 'an unknown program';
  const facts = [holder.pid === undefined ? '' : `PID ${holder.pid}`, holder.user ?? ''].filter(Boolean).join(', ');
  if (holder.kind === 'service') return holder.service ? `${holder.service} of ${holder.name}` : holder.name;
  return `${holder.kind} ${holder.name}${facts ? ` (${facts})` : ''}`;
}
