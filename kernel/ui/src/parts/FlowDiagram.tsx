/**
 * A small diagram of boxes and arrows, left to right, loaded when the first one is shown. For paths of a dozen nodes, not for a whole estate.
 * @module
 */
import { lazy, Suspense } from 'react';
import type { FlowDiagramProps } from './flow-layout.ts';
import { Skeleton } from './states.tsx';

const Drawing = lazy(async () => ({ default: (await import('./FlowDrawing.tsx')).FlowDrawing }));

export function FlowDiagram(props: FlowDiagramProps) {
  return (
    <Suspense fallback={<Skeleton rows={4} />}>
      <Drawing {...props} />
    </Suspense>
  );
}
