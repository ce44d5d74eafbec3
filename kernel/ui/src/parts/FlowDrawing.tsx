/**
 * The drawing behind FlowDiagram, on React Flow; a chunk of its own.
 * @module
 */
import { Background, Controls, MarkerType, ReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useThemeMode } from '../theme/ThemeProvider.tsx';
import { type FlowDiagramProps, layoutOf } from './flow-layout.ts';

export function FlowDrawing({ nodes, edges, height = 320, onNode }: FlowDiagramProps) {
  const places = layoutOf(nodes, edges);
  const mode = useThemeMode();
  return (
    <div style={{ height }} className="hd-flow">
      <ReactFlow
        colorMode={mode}
        fitView
        nodesConnectable={false}
        proOptions={{ hideAttribution: true }}
        nodes={nodes.map(({ id, label, tone = 'neutral', enter = 'left', leave = 'right' }) => ({
          id,
          position: places.get(id) ?? { x: 0, y: 0 },
          data: { label },
          sourcePosition: leave as never,
          targetPosition: enter as never,
          className: `hd-flow-node hd-tone-${tone}`,
        }))}
        edges={edges.map(({ from, to, label }) => ({
          id: `${from}>${to}`,
          source: from,
          target: to,
          ...(label ? { label } : {}),
          markerEnd: { type: MarkerType.ArrowClosed },
        }))}
        onNodeClick={(_, node) => onNode?.(node.id)}
      >
        <Background />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}
