/**
 * What a small diagram is made of, and where its boxes stand. Pure.
 * @module
 */
import type { ReactNode } from 'react';

export type FlowSide = 'left' | 'right' | 'top' | 'bottom';
export interface FlowNode {
  readonly id: string;
  readonly label: ReactNode;
  readonly tone?: 'neutral' | 'accent' | 'good' | 'warn' | 'bad';
  /** Given place in px; without it nodes stand in columns by their distance from the start. */
  readonly at?: { readonly x: number; readonly y: number };
  /** Where arrows come in and go out: left and right unless said otherwise. */
  readonly enter?: FlowSide;
  readonly leave?: FlowSide;
}
export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
}
export interface FlowDiagramProps {
  readonly nodes: readonly FlowNode[];
  readonly edges: readonly FlowEdge[];
  readonly height?: number;
  readonly onNode?: (id: string) => void;
}

/** Where box `index` of a path stands that turns at the end of each row and comes back below it, so that no arrow crosses a box. */
export function windingPlace(
  index: number,
  perRow: number,
  box: { readonly width: number; readonly height: number },
): Required<Pick<FlowNode, 'at' | 'enter' | 'leave'>> {
  const [row, step] = [Math.floor(index / perRow), index % perRow];
  const forward = row % 2 === 0;
  return {
    at: { x: (forward ? step : perRow - 1 - step) * box.width, y: row * box.height },
    enter: step === 0 && row > 0 ? 'top' : forward ? 'left' : 'right',
    leave: step === perRow - 1 ? 'bottom' : forward ? 'right' : 'left',
  };
}

/** Columns by longest way from a node without arrows in; a circle is cut where it closes. */
export function layoutOf(
  nodes: readonly FlowNode[],
  edges: readonly FlowEdge[],
): ReadonlyMap<string, { x: number; y: number }> {
  const depth = new Map<string, number>(nodes.map(({ id }) => [id, 0]));
  for (let round = 0; round < nodes.length; round += 1)
    for (const { from, to } of edges) {
      const wanted = (depth.get(from) ?? 0) + 1;
      if (wanted > (depth.get(to) ?? 0) && wanted < nodes.length) depth.set(to, wanted);
    }
  const used = new Map<number, number>();
  return new Map(
    nodes.map(({ id, at }) => {
      const column = depth.get(id) ?? 0;
      const row = used.get(column) ?? 0;
      used.set(column, row + 1);
      return [id, at ?? { x: column * 230, y: row * 84 }];
    }),
  );
}
