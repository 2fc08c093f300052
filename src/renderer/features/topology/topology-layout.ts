import { Graph, layout } from '@dagrejs/dagre';
import type { Topology, TopologyKind } from './topology-graph.ts';

/** Size of every node on screen, in pixels at full size. */
export const nodeSize = { width: 196, height: 46 };

export interface PlacedAt {
  readonly x: number;
  readonly y: number;
}

/** The column of each kind, left to right. */
const columns: Readonly<Record<TopologyKind, number>> = { host: 0, port: 1, service: 2, network: 3, volume: 4 };
const columnGap = 84;
const rowGap = 16;

/** Node id → its top left corner. Each kind has its column; within it, order is chosen so that few lines cross. */
export function placeNodes({ nodes, edges }: Topology): ReadonlyMap<string, PlacedAt> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: rowGap, ranksep: columnGap });
  graph.setDefaultEdgeLabel(() => ({}));
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind] as const));
  for (const { id } of nodes) graph.setNode(id, { ...nodeSize });
  for (const { from, to } of edges) {
    const [left, right] = [kinds.get(from), kinds.get(to)];
    if (left && right) graph.setEdge(from, to, { minlen: columns[right] - columns[left], weight: 2 });
  }
  layout(graph);
  const used = [...new Set(nodes.map(({ kind }) => columns[kind]))].sort((a, b) => a - b);
  const placed = new Map<string, PlacedAt>();
  for (const column of used) {
    const members = nodes
      .filter(({ kind }) => columns[kind] === column)
      .map(({ id }) => ({ id, y: (graph.node(id) as { y: number }).y }))
      .sort((a, b) => a.y - b.y);
    // Where dagre left room, lines run straight; where it put two columns' nodes into one, they are moved apart.
    let next = Number.NEGATIVE_INFINITY;
    for (const { id, y } of members) {
      const top = Math.max(y - nodeSize.height / 2, next);
      placed.set(id, { x: used.indexOf(column) * (nodeSize.width + columnGap), y: top });
      next = top + nodeSize.height + rowGap;
    }
  }
  return placed;
}

export type Direction = 'up' | 'down' | 'left' | 'right';

/** The node that an arrow key leads to: in the column the next one, between columns the nearest in the next column. */
export function nodeTowards(from: string, direction: Direction, placed: ReadonlyMap<string, PlacedAt>): string | undefined {
  const here = placed.get(from);
  if (!here) return undefined;
  const others = [...placed].filter(([id]) => id !== from).map(([id, { x, y }]) => ({ id, dx: x - here.x, dy: y - here.y }));
  const vertical = direction === 'up' || direction === 'down';
  const sign = direction === 'down' || direction === 'right' ? 1 : -1;
  const ahead = others.filter(({ dx, dy }) => (vertical ? dx === 0 && dy * sign > 0 : dx * sign > 0));
  const distance = ({ dx, dy }: { dx: number; dy: number }): number => (vertical ? Math.abs(dy) : Math.abs(dx) * 10_000 + Math.abs(dy));
  return ahead.toSorted((a, b) => distance(a) - distance(b))[0]?.id;
}
