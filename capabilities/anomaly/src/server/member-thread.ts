/**
 * A thread that fits parts of an ensemble: it is given a plan once and then one part after the other, and answers each with plain data.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { type FusedPlan, fused } from '@hedun/anomaly';

const detector = fused();
const plan = workerData as FusedPlan;
parentPort?.on('message', (part: number) => parentPort?.postMessage(detector.fitPart(plan, part)));
