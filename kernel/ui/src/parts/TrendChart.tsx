/**
 * Counts by day as lines, drawn in SVG by ourselves: the first page shows one, and the chart library would be a third of what it loads.
 * @module
 */
import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { usePreferences } from '../app/preferences.ts';
import { formatCompact, formatNumber } from '../texts/format.ts';
import { namedPlaces, pointsOf, ticksTo } from './trend-scale.ts';

export interface TrendSeries {
  readonly name: string;
  readonly values: readonly number[];
  readonly tone: 'accent' | 'good' | 'warn' | 'bad';
}
const margin = { left: 40, right: 14, top: 10, bottom: 22 };
/** Width a day's name needs, with air. */
const nameRoom = 56;

export function TrendChart({
  label,
  days,
  series,
  height = 208,
}: {
  /** What it shows, for readers who cannot see it. */
  readonly label: string;
  readonly days: readonly string[];
  readonly series: readonly TrendSeries[];
  readonly height?: number;
}) {
  const { locale } = usePreferences();
  const place = useRef<HTMLDivElement>(null);
  const [outer, setOuter] = useState(0);
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    if (!place.current) return;
    const observer = new ResizeObserver(([entry]) => setOuter(entry?.contentRect.width ?? 0));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const width = Math.max(0, outer - margin.left - margin.right);
  const inner = height - margin.top - margin.bottom;
  const ticks = ticksTo(Math.max(0, ...series.flatMap(({ values }) => values)));
  const most = ticks.at(-1) ?? 1;
  const xOf = (index: number) => (days.length > 1 ? (index * width) / (days.length - 1) : 0);
  const point = ({ clientX, currentTarget }: PointerEvent<SVGSVGElement>) => {
    const x = clientX - currentTarget.getBoundingClientRect().left - margin.left;
    const index = Math.round((x / Math.max(1, width)) * (days.length - 1));
    setAt(Math.max(0, Math.min(days.length - 1, index)));
  };
  return (
    <div className="hd-trend">
      <div className="hd-trend-legend">
        {series.map(({ name, tone }) => (
          <span key={name} className={`hd-trend-${tone}`}>
            <i /> {name}
          </span>
        ))}
      </div>
      <div ref={place} style={{ height, position: 'relative' }}>
        {outer > 0 && (
          <svg
            width={outer}
            height={height}
            role="img"
            aria-label={label}
            onPointerMove={point}
            onPointerLeave={() => setAt(null)}
          >
            <g transform={`translate(${margin.left} ${margin.top})`}>
              {ticks.map((tick) => {
                const y = inner - (tick / most) * inner;
                return (
                  <g key={tick}>
                    <line className="hd-trend-grid" x1={0} x2={width} y1={y} y2={y} />
                    <text x={-8} y={y} dy="0.32em" textAnchor="end">
                      {formatCompact(tick, locale)}
                    </text>
                  </g>
                );
              })}
              {namedPlaces(days.length, width, nameRoom).map((index) => (
                <text key={index} x={xOf(index)} y={inner + 16} textAnchor={index === 0 ? 'start' : 'middle'}>
                  {days[index]?.slice(5)}
                </text>
              ))}
              {series.map(({ name, tone, values }) => {
                const points = pointsOf(values, { width, height: inner, most });
                const line = points.map(([x, y]) => `${x},${y}`).join(' ');
                return (
                  <g key={name} className={`hd-trend-${tone}`}>
                    <polygon points={`0,${inner} ${line} ${width},${inner}`} />
                    <polyline points={line} />
                    {at !== null && <circle r={3} cx={points[at]?.[0]} cy={points[at]?.[1]} />}
                  </g>
                );
              })}
              {at !== null && <line className="hd-trend-cursor" x1={xOf(at)} x2={xOf(at)} y1={0} y2={inner} />}
            </g>
          </svg>
        )}
        {at !== null && (
          <div
            className="hd-trend-tip"
            style={{
              top: margin.top,
              ...(xOf(at) > width / 2
                ? { right: outer - margin.left - xOf(at) + 10 }
                : { left: margin.left + xOf(at) + 10 }),
            }}
          >
            <strong>{days[at]}</strong>
            {series.map(({ name, tone, values }) => (
              <span key={name} className={`hd-trend-${tone}`}>
                <i /> {name} <b>{formatNumber(values[at] ?? 0, locale)}</b>
              </span>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
