import type { Node } from '../source/node.ts';

/** As many nodes may always come from aliases; beyond, at most `ratio` times as many as were written out. */
const free = 100_000;
const ratio = 10;

/** Refuses documents whose aliases multiply into more data than a machine holds ("billion laughs"). */
export class AliasBudget {
  readonly #sizes = new WeakMap<Node, number>();
  #written = 0;
  #expanded = 0;

  count(nodes: number): void {
    this.#written += nodes;
  }

  /** Whether one more copy of `target` may be had. */
  expand(target: Node): boolean {
    this.#expanded += this.#size(target);
    return this.#expanded <= free + ratio * this.#written;
  }

  #size(node: Node): number {
    if (node.kind === 'scalar') return 1;
    const known = this.#sizes.get(node);
    if (known !== undefined) return known;
    let size = 1;
    for (const child of node.kind === 'list' ? node.items : node.entries.values()) size += this.#size(child);
    this.#sizes.set(node, size);
    return size;
  }
}
