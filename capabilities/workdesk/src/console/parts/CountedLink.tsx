/**
 * A number that leads to the list of exactly what it counts.
 * @module
 */
import { Link } from '@hedun/ui';
import type { ReactNode } from 'react';
import type { figureWords } from '../../figure-shapes.ts';

export type FigureName = keyof typeof figureWords;
export interface Counted {
  readonly figure: FigureName;
  readonly period: string;
  readonly unit?: string;
  readonly severity?: string;
  readonly kind?: string;
}

export function countedFilter({ figure, period, ...more }: Counted): string {
  return [
    `figure:${figure}`,
    `period:${period}`,
    ...Object.entries(more).flatMap(([field, value]) => (value ? [`${field}:${value}`] : [])),
  ].join(' ');
}

export function CountedLink({
  of,
  children,
  className,
}: {
  readonly of: Counted;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <Link
      to={'/workdesk/counted' as never}
      search={{ filter: countedFilter(of) } as never}
      {...(className ? { className } : {})}
    >
      {children}
    </Link>
  );
}
