import { IconBox, IconDatabase, IconDeviceDesktop, IconNetwork, IconPlug } from '@tabler/icons-react';
import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import type { ComponentType, ReactNode } from 'react';
import { StateDot } from '../../ui/state-dot.tsx';
import type { TopologyKind, TopologyNode } from './topology-graph.ts';

export type FlowNode = Node<{ node: TopologyNode; quiet: boolean; dense: boolean }, 'topology'>;

export const kindIcons: Readonly<Record<TopologyKind, ComponentType<{ size: number }>>> = {
  host: IconDeviceDesktop,
  port: IconPlug,
  service: IconBox,
  network: IconNetwork,
  volume: IconDatabase,
};

/** One box of the picture; a dense picture leaves the second line to the box's title. */
export function TopologyBox({ data: { node, quiet, dense } }: NodeProps<FlowNode>): ReactNode {
  const Icon = kindIcons[node.kind];
  return (
    <div
      className="topology-node"
      data-kind={node.kind}
      data-quiet={quiet || undefined}
      data-dense={dense || undefined}
      style={{ '--dot': `var(--mantine-color-${node.look.color}-6)` }}
      title={`${node.label}\n${node.detail}\n${node.look.label}`}
    >
      {node.kind === 'host' ? null : <Handle type="target" position={Position.Left} isConnectable={false} />}
      <Icon size={dense ? 15 : 18} />
      <span className="topology-words">
        <span className="topology-label">{dense ? (node.short ?? node.label) : node.label}</span>
        {dense ? null : <span className="topology-detail">{node.detail}</span>}
      </span>
      {node.kind === 'host' ? null : <StateDot look={node.look} />}
      {node.kind === 'network' || node.kind === 'volume' ? null : <Handle type="source" position={Position.Right} isConnectable={false} />}
    </div>
  );
}
