/**
 * How detectors are compared: protocols, rosters, summaries and a data set of our own with attack families.
 * @module
 */
export { attackFamilies, flowColumns, makeFlows } from './flows.ts';
export { type Measured, type Overall, overall, type Spread, type SummaryRow, spreadOf, summarise } from './measured.ts';
export { chooseDetectors, pandaAblations, randomSeries, randomTable, seriesRoster, tableRoster } from './roster.ts';
export { type LabelledSeries, type RootCause, rankSensors, runSeries, stretches } from './series.ts';
export { familiesOf, hideFamily, runTable, type TableProtocol, withFamilies } from './tables.ts';
