/**
 * A chart by ECharts, loaded when the first chart is shown. Colours come from the tokens, sizes from the place it stands in.
 * @module
 */
import type { EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef } from 'react';
import { useThemeMode } from '../theme/ThemeProvider.tsx';
import { type Palette, palettes } from '../theme/tokens.ts';

export type ChartOption = EChartsCoreOption;

export function Chart({
  option,
  height = 220,
  label,
}: {
  /** Made from the palette, so that light and dark are one definition. */
  readonly option: (palette: Palette) => ChartOption;
  readonly height?: number;
  /** What the chart shows, for readers who cannot see it. */
  readonly label: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const mode = useThemeMode();
  useEffect(() => {
    let stop = () => {};
    let gone = false;
    const palette = palettes[mode];
    const wanted = option(palette);
    void loadFor(wanted).then(({ init }) => {
      if (gone || !place.current) return;
      const chart = init(place.current, null, { renderer: 'svg' });
      chart.setOption({
        animation: false,
        color: [palette.accent, palette.good, palette.medium, palette.critical, palette.info],
        textStyle: { color: palette.textSoft, fontFamily: 'inherit', fontSize: 12 },
        tooltip: {
          trigger: 'axis',
          backgroundColor: palette.raised,
          borderColor: palette.border,
          textStyle: { color: palette.text, fontSize: 12 },
        },
        ...wanted,
      });
      const observer = new ResizeObserver(() => chart.resize());
      observer.observe(place.current);
      stop = () => {
        observer.disconnect();
        chart.dispose();
      };
    });
    return () => {
      gone = true;
      stop();
    };
  }, [option, mode]);
  return <div ref={place} role="img" aria-label={label} style={{ height, width: '100%' }} />;
}

const common = new Set(['line']);
async function loadFor(option: ChartOption) {
  const series = [option.series ?? []].flat() as readonly {
    readonly type?: string;
    readonly markArea?: unknown;
    readonly markLine?: unknown;
  }[];
  const rare =
    series.some(({ type, markArea, markLine }) => !common.has(type ?? '') || markArea || markLine) ||
    option.dataZoom ||
    option.visualMap;
  const [base] = await Promise.all([import('./echarts.ts'), rare ? import('./echarts-more.ts') : null]);
  return base;
}

/** Axis look shared by all charts. */
export function axisLook(palette: Palette) {
  return {
    axisLine: { lineStyle: { color: palette.border } },
    axisTick: { show: false },
    axisLabel: { color: palette.textFaint },
    splitLine: { lineStyle: { color: palette.border } },
  };
}
