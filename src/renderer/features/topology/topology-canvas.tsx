import '@xyflow/react/dist/base.css';
import './topology.css';
import { useComputedColorScheme } from '@mantine/core';
import { IconBox, IconDatabase, IconDeviceDesktop, IconNetwork, IconPlug } from '@tabler/icons-react';
import { Background, Controls, type Edge, Handle, MiniMap, type Node, type NodeProps, Position, ReactFlow, useReactFlow } from '@xyflow/react';
import { type ComponentType, type KeyboardEvent, type ReactNode, useMemo, useState } from 'react';
import { StateDot } from '../../ui/state-dot.tsx';
import { neighboursOf, type Topology, type TopologyKind, type TopologyNode } from './topology-graph.ts';
import { type Direction, nodeSize, nodeTowards, placeNodes } from './topology-layout.ts';
import { kindWords } from './topology-words.ts';

type FlowNode = Node<{ node: TopologyNode; quiet: boolean }, 'topology'>;

const icons: Readonly<Record<TopologyKind, ComponentType<{ size: number }>>> = {
  host: IconDeviceDesktop,
  port: IconPlug,
  service: IconBox,
  network: IconNetwork,
  volume: IconDatabase,
};

const directions: Readonly<Partial<Record<string, Direction>>> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };

/** The drawing itself; with the library behind it, it is loaded when somebody first looks. */
export default function TopologyCanvas({ topology }: { topology: Topology }): ReactNode {
  const colorMode = useComputedColorScheme('light');
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const placed = useMemo(() => placeNodes(topology), [topology]);
  const near = useMemo(() => (chosen === undefined ? undefined : neighboursOf(chosen, topology.edges)), [chosen, topology]);
  const nodes = topology.nodes.map(
    (node): FlowNode => ({
      id: node.id,
      type: 'topology',
      position: { ...(placed.get(node.id) ?? { x: 0, y: 0 }) },
      data: { node, quiet: near !== undefined && !near.has(node.id) },
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
      className: near === undefined ? '' : from === chosen || to === chosen ? 'topology-edge-near' : 'topology-edge-quiet',
    }),
  );
  return (
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
      fitViewOptions={{ minZoom: 0.55, maxZoom: 1, padding: 0.06 }}
      onPaneClick={() => setChosen(undefined)}
      onNodeClick={(_, { id }) => setChosen((present) => (present === id ? undefined : id))}
      aria-label="Topology"
    >
      <ArrowKeys placed={placed} onChoose={setChosen} />
      <Background gap={22} size={1} />
      <Controls showInteractive={false} aria-label="Zoom" />
      {topology.nodes.length > 24 ? <MiniMap pannable zoomable aria-label="Overview" nodeClassName="topology-mini" /> : null}
    </ReactFlow>
  );
}

interface ArrowKeysProps {
  placed: ReturnType<typeof placeNodes>;
  onChoose: (id: string | undefined) => void;
}

/** Arrow keys go from node to node; what has the focus is chosen and brought into view. */
function ArrowKeys({ placed, onChoose }: ArrowKeysProps): ReactNode {
  const flow = useReactFlow();
  const nodeOf = (target: EventTarget): HTMLElement | null => (target instanceof Element ? target.closest<HTMLElement>('.react-flow__node') : null);
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const direction = directions[event.key];
    const id = nodeOf(event.target)?.dataset['id'];
    if (id === undefined) return;
    if (event.key === 'Escape') onChoose(undefined);
    const next = direction ? nodeTowards(id, direction, placed) : undefined;
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(next)}"]`)?.focus();
    const at = placed.get(next);
    onChoose(next);
    if (at) void flow.setCenter(at.x + nodeSize.width / 2, at.y + nodeSize.height / 2, { zoom: flow.getZoom(), duration: 150 });
  };
  return <div hidden ref={(marker) => listenOnParent(marker, move)} />;
}

/** React Flow handles keys on its own wrapper: ours are listened for around it, before it sees them. */
function listenOnParent(marker: HTMLDivElement | null, move: (event: KeyboardEvent<HTMLDivElement>) => void): (() => void) | undefined {
  const flow = marker?.closest<HTMLElement>('.react-flow');
  if (!flow) return undefined;
  const listen = (event: globalThis.KeyboardEvent): void => move(event as unknown as KeyboardEvent<HTMLDivElement>);
  flow.addEventListener('keydown', listen, { capture: true });
  return () => flow.removeEventListener('keydown', listen, { capture: true });
}

function TopologyBox({ data: { node, quiet } }: NodeProps<FlowNode>): ReactNode {
  const Icon = icons[node.kind];
  return (
    <div className="topology-node" data-kind={node.kind} data-quiet={quiet || undefined} style={{ '--dot': `var(--mantine-color-${node.look.color}-6)` }} title={`${node.label}\n${node.detail}\n${node.look.label}`}>
      {node.kind === 'host' ? null : <Handle type="target" position={Position.Left} isConnectable={false} />}
      <Icon size={18} />
      <span className="topology-words">
        <span className="topology-label">{node.label}</span>
        <span className="topology-detail">{node.detail}</span>
      </span>
      {node.kind === 'host' ? null : <StateDot look={node.look} />}
      {node.kind === 'network' || node.kind === 'volume' ? null : <Handle type="source" position={Position.Right} isConnectable={false} />}
    </div>
  );
}

const nodeTypes = { topology: TopologyBox };
