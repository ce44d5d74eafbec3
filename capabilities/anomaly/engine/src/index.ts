/**
 * Learning runtime, detectors for partially labelled tables and for sensor series, and their honest metrics: plain data in, plain data out.
 * @module
 */
export { type ModelState, readModel, writeModel } from './model-file.ts';
export { exportOnnx, type OnnxLayer } from './onnx.ts';
export { openRandom, type Random } from './random.ts';
export { type Heap, openHeap } from './runtime/heap.ts';
export { dense, gatedRecurrent, type Layer, layerNormal, perceptron, selfAttention } from './runtime/layers.ts';
export { binaryCrossEntropy, meanSquare, normalLikelihood, standardDivergence } from './runtime/losses.ts';
export { type AdamOptions, type Parameter, Parameters } from './runtime/parameters.ts';
export { Tape, type Tensor } from './runtime/tape.ts';
export {
  applyScaling,
  learnScaling,
  type Scaling,
  type SeriesDetector,
  type SeriesModel,
  type SeriesScores,
} from './series/detector.ts';
export { linearForecaster, principalComponents } from './series/linear.ts';
export { bestPointF1, bestRangeF1, hitRate, pointAdjustedF1 } from './series/metrics.ts';
export { matrixProfile } from './series/nearest.ts';
export { openSeriesStream, type SeriesJudgement, type SeriesStream } from './series/stream.ts';
export { type VgNetOptions, vgNet } from './series/vg-net.ts';
export { type Segment, segmentsOf, type Volume, volumeUnderSurface } from './series/vus.ts';
export { type Calibration, calibrate, heightOf, surprise } from './table/calibration.ts';
export { clusterRows } from './table/clusters.ts';
export {
  type Control,
  proceed,
  Stopped,
  type TableDetector,
  type TableModel,
  type TrainingTable,
} from './table/detector.ts';
export { balancedForest } from './table/detectors/balanced-forest.ts';
export { deepSad } from './table/detectors/deep-sad.ts';
export { deviation } from './table/detectors/deviation.ts';
export { ecod, hbos } from './table/detectors/distribution.ts';
export { dplan } from './table/detectors/dplan.ts';
export {
  type FittedPart,
  type FusedDetector,
  type FusedModel,
  type FusedOptions,
  type FusedPlan,
  fused,
  swift,
  type Voice,
} from './table/detectors/fused.ts';
export { isolationForest } from './table/detectors/isolation-forest.ts';
export { neighbours } from './table/detectors/neighbours.ts';
export { mahalanobis, plane } from './table/detectors/normal.ts';
export { pairwise } from './table/detectors/pairwise.ts';
export { type PandaOptions, panda } from './table/detectors/panda.ts';
export { type Matrix, matrix, rowOf, stackRows, takeRows } from './table/matrix.ts';
export { aucRoc, averagePrecision } from './table/metrics.ts';
export { applyPreparation, type Preparation, prepare } from './table/prepare.ts';
export { type LabelledTable, protocols, type Split, type SplitOptions, splitTable } from './table/protocol.ts';
