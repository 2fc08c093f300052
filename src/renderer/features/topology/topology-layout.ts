import { Graph, layout } from '@dagrejs/dagre';
import type { Topology, TopologyEdge, TopologyKind } from './topology-graph.ts';

export interface PlacedAt {
  readonly x: number;
  readonly y: number;
}

/** Where everything is drawn, in pixels at full size. */
export interface TopologyLayout {
  /** Node id → its top left corner. */
  readonly placed: ReadonlyMap<string, PlacedAt>;
  readonly nodeSize: { readonly width: number; readonly height: number };
  /** Boxes of one line, since there are many. */
  readonly dense: boolean;
}

/** The kinds from left to right. */
const order: readonly TopologyKind[] = ['host', 'port', 'service', 'network', 'volume'];
/** More of one kind than this do not stand one above the other: their columns are split, and their boxes smaller. */
const longestColumn = 16;
const longestDenseColumn = 20;

const roomy = { nodeSize: { width: 196, height: 46 }, columnGap: 84, rowGap: 16, columnMost: longestColumn };
const tight = { nodeSize: { width: 166, height: 30 }, columnGap: 46, rowGap: 9, columnMost: longestDenseColumn };
type Spacing = typeof roomy;

/** Each kind has its column, several where there are many of it; the order in it is chosen so that few lines cross. */
export function layoutOf(topology: Topology): TopologyLayout {
  const { nodes, edges } = topology;
  const kinds = order.map((kind) => nodes.filter((node) => node.kind === kind).map(({ id }) => id)).filter(({ length }) => length > 0);
  const dense = kinds.some(({ length }) => length > longestColumn);
  const spacing = dense ? tight : roomy;
  const wanted = dagreHeights(topology, spacing);
  const height = Math.max(...kinds.map(({ length }) => rowsOf(length, spacing))) * rowHeight(spacing);
  const placed = new Map<string, PlacedAt>();
  let x = 0;
  for (const ids of kinds) {
    const sorted = ids.map((id) => ({ id, y: wanted.get(id) ?? 0 })).sort((a, b) => a.y - b.y);
    const columns = Math.ceil(sorted.length / spacing.columnMost);
    const tops = dense ? denseTops(sorted, { columns, height, placed, edges }, spacing) : apart(sorted, spacing);
    for (const { id, column, y } of tops) placed.set(id, { x: x + column * (spacing.nodeSize.width + spacing.columnGap / 2), y });
    x += columns * (spacing.nodeSize.width + spacing.columnGap / 2) + spacing.columnGap / 2;
  }
  return { placed, nodeSize: spacing.nodeSize, dense };
}

interface Wanted {
  readonly id: string;
  readonly y: number;
}

interface Top extends Wanted {
  readonly column: number;
}

function rowHeight({ nodeSize, rowGap }: Spacing): number {
  return nodeSize.height + rowGap;
}

function rowsOf(count: number, { columnMost }: Spacing): number {
  return Math.ceil(count / Math.ceil(count / columnMost));
}

/** The height at which dagre, which looks for few crossings, would have each node. */
function dagreHeights({ nodes, edges }: Topology, { nodeSize, rowGap, columnGap }: Spacing): ReadonlyMap<string, number> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: rowGap, ranksep: columnGap });
  graph.setDefaultEdgeLabel(() => ({}));
  const columns = new Map(nodes.map(({ id, kind }) => [id, order.indexOf(kind)] as const));
  for (const { id } of nodes) graph.setNode(id, { ...nodeSize });
  for (const { from, to } of edges) {
    const [left, right] = [columns.get(from), columns.get(to)];
    if (left !== undefined && right !== undefined) graph.setEdge(from, to, { minlen: right - left, weight: 2 });
  }
  layout(graph);
  return new Map(nodes.map(({ id }) => [id, (graph.node(id) as { y: number }).y]));
}

/** Where dagre left room, lines run straight; where it put two columns' nodes into one, they are moved apart. */
function apart(sorted: readonly Wanted[], spacing: Spacing): Top[] {
  let next = Number.NEGATIVE_INFINITY;
  return sorted.map(({ id, y }) => {
    const top = Math.max(y - spacing.nodeSize.height / 2, next);
    next = top + rowHeight(spacing);
    return { id, column: 0, y: top };
  });
}

interface DensePlace {
  readonly columns: number;
  /** Of the whole picture. */
  readonly height: number;
  /** What stands to the left already. */
  readonly placed: ReadonlyMap<string, PlacedAt>;
  readonly edges: readonly TopologyEdge[];
}

/**
 * Many nodes fill their columns row by row, each column a little lower than the one before, so that lines to the next one
 * pass between the boxes. Few nodes stand beside the middle of what leads to them.
 */
function denseTops(sorted: readonly Wanted[], { columns, height, placed, edges }: DensePlace, spacing: Spacing): Top[] {
  const row = rowHeight(spacing);
  if (columns > 1) {
    const start = (height - Math.ceil(sorted.length / columns) * row) / 2;
    return sorted.map(({ id }, index) => ({ id, column: index % columns, y: start + Math.floor(index / columns) * row + ((index % columns) * row) / columns }));
  }
  const middle = (id: string): number => {
    const heights = edges.flatMap(({ from, to }) => (to === id ? [placed.get(from)?.y ?? height / 2] : []));
    return heights.length === 0 ? height / 2 : heights.reduce((sum, y) => sum + y, 0) / heights.length;
  };
  const members = sorted.map(({ id }) => ({ id, y: middle(id) })).sort((a, b) => a.y - b.y);
  const step = Math.max(row, Math.min(height / members.length, row * 3));
  const start = (height - members.length * step) / 2;
  return members.map(({ id }, index) => ({ id, column: 0, y: start + index * step + (step - row) / 2 }));
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
