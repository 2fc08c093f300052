import path from 'node:path';
import type { LogEntry, WorkEvent } from '../../../../shared/models/job.ts';
import { toProblem } from '../../base/fault.ts';

export const countOf = (files: number): string => (files === 1 ? '1 file' : `${files} files`);

/** So many paths are named; of more, only the number is told. */
const namedAtMost = 5;

/** Says what is done for one service: one step that stays, and a line for each change. */
export class ServiceReport {
  readonly #service: string;
  readonly #report: (event: WorkEvent) => void;
  #synced = 0;

  constructor(service: string, report: (event: WorkEvent) => void) {
    this.#service = service;
    this.#report = report;
  }

  watching(watches: readonly { readonly root: string }[]): void {
    this.#step(`watching ${watches.map(({ root }) => path.basename(root)).join(', ')}`);
  }

  busy(what: string): void {
    this.#step(what);
  }

  did(what: string): void {
    this.log('info', `${what}.`);
    this.#step(what);
  }

  synced(written: readonly string[], removed: readonly string[]): void {
    this.#synced += written.length + removed.length;
    const told = ([['Copied', written], ['Removed', removed]] as const)
      .filter(([, targets]) => targets.length > 0)
      .map(([verb, targets]) => `${verb} ${targets.length > namedAtMost ? countOf(targets.length) : targets.join(', ')}`);
    for (const text of told) this.log('info', `${text}.`);
    this.#step(told.at(-1) ?? 'nothing to copy');
  }

  failed(error: unknown): void {
    const { message, detail } = toProblem(error);
    this.log('error', detail === undefined ? message : `${message}\n${detail}`);
    this.#step(message);
  }

  log(level: LogEntry['level'], text: string): void {
    this.#report({ type: 'log', entry: { level, text, source: this.#service } });
  }

  #step(detail: string): void {
    const amount = this.#synced > 0 ? { amount: { current: this.#synced, unit: 'items' as const } } : {};
    this.#report({ type: 'step', step: { id: `watch:${this.#service}`, title: `Watch ${this.#service}`, state: 'running', detail, ...amount } });
  }
}
