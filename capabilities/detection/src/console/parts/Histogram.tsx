/**
 * Events over time as bars.
 * @module
 */
import { axisLook, Chart, type ChartOption, formatTime, type Palette } from '@hedun/ui';
import { useCallback } from 'react';

export function Histogram({
  start,
  intervalMs,
  counts,
  label,
}: {
  readonly start: string;
  readonly intervalMs: number;
  readonly counts: readonly number[];
  readonly label: string;
}) {
  const option = useCallback(
    (palette: Palette): ChartOption => {
      const first = Date.parse(start);
      // Day and minute say enough below a bar; the year is in the span above.
      const label = (time: number) => formatTime(new Date(time).toISOString(), false).slice(5);
      return {
        grid: { left: 56, right: 8, top: 8, bottom: 22 },
        xAxis: {
          type: 'category',
          data: counts.map((_, index) => label(first + index * intervalMs)),
          ...axisLook(palette),
        },
        yAxis: { type: 'value', ...axisLook(palette) },
        series: [{ type: 'bar', data: [...counts], barCategoryGap: '15%' }],
      };
    },
    [start, intervalMs, counts],
  );
  return <Chart option={option} height={140} label={label} />;
}
