/**
 * The rarer kinds of chart, loaded beside the common ones when an option asks for them.
 * @module
 */
import { GaugeChart, GraphChart, HeatmapChart, RadarChart, SankeyChart, ScatterChart } from 'echarts/charts';
import { DataZoomComponent, MarkAreaComponent, RadarComponent, VisualMapComponent } from 'echarts/components';
import { use } from 'echarts/core';

use([
  GaugeChart,
  GraphChart,
  HeatmapChart,
  RadarChart,
  SankeyChart,
  ScatterChart,
  DataZoomComponent,
  MarkAreaComponent,
  RadarComponent,
  VisualMapComponent,
]);
