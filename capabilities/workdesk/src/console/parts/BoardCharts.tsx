/**
 * The pictures of the board: what is open by severity, the last months, the units with most.
 * @module
 */
import { axisLook, Chart, EmptyView, type Palette, SeverityShape, useMessages } from '@hedun/ui';
import { useCallback } from 'react';
import { workdesk } from '../../capability.ts';
import type { MonthFigures } from '../../figure-shapes.ts';
import { CountedLink } from './CountedLink.tsx';

export function Severities({ figures }: { readonly figures: MonthFigures }) {
  const t = useMessages(workdesk) as unknown as Readonly<Record<string, string>>;
  const most = Math.max(1, ...figures.severities.map(({ openAtEnd }) => openAtEnd));
  return (
    <div className="hd-bars">
      {figures.severities.map(({ severity, openAtEnd }) => (
        <CountedLink
          key={severity}
          of={{ figure: 'openAtEnd', period: figures.month, severity }}
          className={`hd-bar hd-severity-${severity}`}
        >
          <span className="hd-bar-label">
            <SeverityShape severity={severity} /> {t[severity]}
          </span>
          <span className="hd-bar-track">
            <span style={{ width: `${(openAtEnd / most) * 100}%` }} />
          </span>
          <span className="hd-bar-value">{openAtEnd}</span>
        </CountedLink>
      ))}
    </div>
  );
}

export function TrendChart({ figures }: { readonly figures: MonthFigures }) {
  const t = useMessages(workdesk);
  const option = useCallback(
    (palette: Palette) => ({
      grid: { left: 8, right: 12, top: 32, bottom: 4, containLabel: true },
      legend: { top: 0, textStyle: { color: palette.textSoft } },
      xAxis: {
        type: 'category',
        data: figures.trend.map(({ month }) => month),
        ...axisLook(palette),
        splitLine: { show: false },
      },
      yAxis: { type: 'value', minInterval: 1, ...axisLook(palette), axisLine: { show: false } },
      series: [
        { name: t.found, type: 'bar', barMaxWidth: 16, data: figures.trend.map(({ found }) => found) },
        { name: t.verified, type: 'bar', barMaxWidth: 16, data: figures.trend.map(({ verified }) => verified) },
        { name: t.openAtPeriodEnd, type: 'line', data: figures.trend.map(({ openAtEnd }) => openAtEnd) },
      ],
    }),
    [figures, t],
  );
  return <Chart option={option} height={208} label={t.trend} />;
}

const chartUnits = 12;
export function UnitChart({ figures }: { readonly figures: MonthFigures }) {
  const t = useMessages(workdesk);
  const option = useCallback(
    (palette: Palette) => {
      const units = figures.units.slice(0, chartUnits);
      return {
        grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
        xAxis: {
          type: 'category',
          data: units.map(({ name }) => name),
          ...axisLook(palette),
          splitLine: { show: false },
        },
        yAxis: { type: 'value', minInterval: 1, ...axisLook(palette), axisLine: { show: false } },
        series: [
          { name: t.openAtPeriodEnd, type: 'bar', barMaxWidth: 36, data: units.map(({ openAtEnd }) => openAtEnd) },
        ],
      };
    },
    [figures, t],
  );
  if (figures.units.length === 0) return <EmptyView kind="nothing-yet" title={t.noUnits} />;
  return <Chart option={option} height={208} label={t.openAtPeriodEnd} />;
}
