import type { Diagnostic } from '../../../../shared/problem.ts';
import { Fault } from '../../base/fault.ts';
import { pathText, type Path } from './path.ts';
import { toLocation, type Place } from './place.ts';

interface Finding extends Omit<Diagnostic, 'location'> {
  readonly at: Place | undefined;
  readonly path: string | undefined;
}

/** What all phases of one load found. Phases go on after a finding, so that a person sees all of them at once. */
export class Diagnostics {
  readonly #findings: Finding[] = [];
  readonly #seen = new Set<string>();
  readonly #fileOrder = new Map<string, number>();
  #errors = 0;

  /** Files are reported in the order in which they were first named here. */
  addFile(file: string): void {
    if (!this.#fileOrder.has(file)) this.#fileOrder.set(file, this.#fileOrder.size);
  }

  /** Every file that was read, in order. */
  get files(): readonly string[] {
    return [...this.#fileOrder.keys()];
  }

  error(at: Place | undefined, message: string, hint?: string, path?: Path | string): void {
    this.#add({ severity: 'error', message, ...(hint ? { hint } : {}), at, path: textOf(path) });
  }

  warn(at: Place | undefined, message: string, hint?: string, path?: Path | string): void {
    this.#add({ severity: 'warning', message, ...(hint ? { hint } : {}), at, path: textOf(path) });
  }

  get errorCount(): number {
    return this.#errors;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** All findings, by file and then by line. */
  list(): Diagnostic[] {
    const rank = (finding: Finding): number =>
      finding.at ? (this.#fileOrder.get(finding.at.source.file) ?? this.#fileOrder.size) : -1;
    return [...this.#findings]
      .sort((a, b) => rank(a) - rank(b) || (a.at?.offset ?? 0) - (b.at?.offset ?? 0))
      .map(({ at, path, ...rest }) => (at ? { ...rest, location: toLocation(at, path) } : rest));
  }

  /** @throws Fault `project.invalid` with every finding, when there is an error among them. */
  throwIfErrors(): void {
    if (!this.hasErrors) return;
    const diagnostics = this.list();
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    if (!first) return;
    throw new Fault({
      code: 'project.invalid',
      message: errors.length === 1 ? first.message : `The Compose project has ${errors.length} errors.`,
      hint: (errors.length === 1 ? first.hint : undefined) ?? 'Correct the places named and load again.',
      ...(first.location ? { location: first.location } : {}),
      diagnostics,
    });
  }

  #add(finding: Finding): void {
    const key = `${finding.severity} ${finding.at?.source.file ?? ''} ${finding.at?.offset ?? ''} ${finding.message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (finding.severity === 'error') this.#errors += 1;
    if (finding.at) this.addFile(finding.at.source.file);
    this.#findings.push(finding);
  }
}

function textOf(path: Path | string | undefined): string | undefined {
  return typeof path === 'string' ? path : path && pathText(path);
}
