/**
 * Learning runtime, detectors for partially labelled tables and for sensor series, and their honest metrics: the pure part.
 * @module
 */
export {};
