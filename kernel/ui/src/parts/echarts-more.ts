/**
 * The rarer kinds of chart, loaded beside the common ones when an option asks for them.
 * @module
 */
import {
  BarChart,
  GaugeChart,
  GraphChart,
  HeatmapChart,
  PieChart,
  RadarChart,
  SankeyChart,
  ScatterChart,
} from 'echarts/charts';
import {
  DataZoomComponent,
  MarkAreaComponent,
  MarkLineComponent,
  RadarComponent,
  VisualMapComponent,
} from 'echarts/components';
import { use } from 'echarts/core';

use([
  BarChart,
  PieChart,
  MarkLineComponent,
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
