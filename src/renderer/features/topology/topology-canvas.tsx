import '@xyflow/react/dist/base.css';
import './topology.css';
import { useComputedColorScheme } from '@mantine/core';
import { Background, Controls, type Edge, MiniMap, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import { type KeyboardEvent, type ReactNode, useMemo, useState } from 'react';
import { neighboursOf, nodesMatching, type Topology, type TopologyNode } from './topology-graph.ts';
import { type Direction, layoutOf, nodeTowards } from './topology-layout.ts';
import { type FlowNode, TopologyBox } from './topology-node.tsx';
import { TopologyTools } from './topology-tools.tsx';
import { kindWords } from './topology-words.ts';

const directions: Readonly<Partial<Record<string, Direction>>> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };

interface TopologyCanvasProps {
  topology: Topology;
  /** Shows more about a box. */
  onOpen: (node: TopologyNode) => void;
}

/** The drawing itself; with the library behind it, it is loaded when somebody first looks. */
export default function TopologyCanvas(props: TopologyCanvasProps): ReactNode {
  return (
    <ReactFlowProvider>
      <TopologyDrawing {...props} />
    </ReactFlowProvider>
  );
}

function TopologyDrawing({ topology, onOpen }: TopologyCanvasProps): ReactNode {
  const colorMode = useComputedColorScheme('light');
  const flow = useReactFlow();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [search, setSearch] = useState('');
  const { placed, nodeSize, dense } = useMemo(() => layoutOf(topology), [topology]);
  const found = useMemo(() => nodesMatching(topology, search), [topology, search]);
  const near = useMemo(() => (chosen === undefined ? undefined : neighboursOf(chosen, topology.edges)), [chosen, topology]);
  const lit = near ?? found;

  /** Gives a box the focus, chooses it and brings it into view. */
  const goTo = (id: string): void => {
    const at = placed.get(id);
    const box = document.querySelector<HTMLElement>(`.topology .react-flow__node[data-id="${CSS.escape(id)}"]`);
    box?.focus({ preventScroll: true });
    setChosen(id);
    if (at && !(box && isInView(box))) void flow.setCenter(at.x + nodeSize.width / 2, at.y + nodeSize.height / 2, { zoom: Math.max(flow.getZoom(), 0.7), duration: 150 });
  };
  const onKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const id = event.target instanceof Element ? event.target.closest<HTMLElement>('.react-flow__node')?.dataset['id'] : undefined;
    const node = topology.nodes.find((one) => one.id === id);
    if (!node) return;
    const direction = directions[event.key];
    const next = direction ? nodeTowards(node.id, direction, placed) : undefined;
    if (event.key === 'Escape') setChosen(undefined);
    else if (event.key === 'Enter') onOpen(node);
    else if (next !== undefined) goTo(next);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const nodes = topology.nodes.map(
    (node): FlowNode => ({
      id: node.id,
      type: 'topology',
      position: { ...(placed.get(node.id) ?? { x: 0, y: 0 }) },
      data: { node, dense, quiet: lit !== undefined && !lit.has(node.id) },
      width: nodeSize.width,
      height: nodeSize.height,
      ariaLabel: `${kindWords[node.kind]} ${node.label}, ${node.look.label}`,
      selected: node.id === chosen,
    }),
  );
  const edges = topology.edges.map(
    ({ from, to }): Edge => ({
      id: `${from} → ${to}`,
      source: from,
      target: to,
      focusable: false,
      className: lit === undefined ? '' : from === chosen || to === chosen ? 'topology-edge-near' : 'topology-edge-quiet',
    }),
  );
  return (
    <>
      <TopologyTools
        search={search}
        found={found?.size ?? 0}
        onSearch={(text) => {
          setSearch(text);
          setChosen(undefined);
        }}
        onGo={() => {
          const [first] = found ?? [];
          if (first !== undefined) goTo(first);
        }}
      />
      <div className="topology" data-dense={dense || undefined} onKeyDownCapture={onKey}>
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          colorMode={colorMode}
          nodesDraggable={false}
          nodesConnectable={false}
          deleteKeyCode={null}
          panOnScroll
          minZoom={0.15}
          maxZoom={1.5}
          fitView
          fitViewOptions={{ minZoom: 0.4, maxZoom: 1, padding: dense ? 0.02 : 0.06 }}
          onPaneClick={() => setChosen(undefined)}
          onNodeClick={(_, { id }) => setChosen((present) => (present === id ? undefined : id))}
          onNodeDoubleClick={(_, { data }) => onOpen(data.node)}
          aria-label="Topology"
        >
          <Background gap={22} size={1} />
          <Controls showInteractive={false} aria-label="Zoom" />
          {dense ? <MiniMap position="top-left" pannable zoomable aria-label="Overview" nodeClassName="topology-mini" /> : null}
        </ReactFlow>
      </div>
    </>
  );
}

/** Whether all of a box is inside the picture's frame: then nothing has to move. */
function isInView(box: HTMLElement): boolean {
  const [inner, frame] = [box.getBoundingClientRect(), box.closest('.topology')?.getBoundingClientRect()];
  return frame !== undefined && inner.left >= frame.left && inner.right <= frame.right && inner.top >= frame.top && inner.bottom <= frame.bottom;
}

const nodeTypes = { topology: TopologyBox };
