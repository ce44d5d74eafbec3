/**
 * Losses, each 1 x 1 and a mean over rows. Targets and weights are inputs of the tape.
 * @module
 */
import type { Tape, Tensor } from './tape.ts';

export function meanSquare(tape: Tape, x: Tensor, target: Tensor): Tensor {
  return tape.mean(tape.map('square', tape.subtract(x, target)));
}

/** Cross entropy of logits with targets in [0, 1]: softplus(x) - x t, stable for any x. */
export function binaryCrossEntropy(tape: Tape, logits: Tensor, target: Tensor): Tensor {
  return tape.mean(tape.subtract(tape.map('softplus', logits), tape.product(logits, target)));
}

/** Negative log-likelihood of a normal distribution with a learned log-variance, without its constant. */
export function normalLikelihood(tape: Tape, mean: Tensor, logVariance: Tensor, target: Tensor): Tensor {
  const square = tape.map('square', tape.subtract(target, mean));
  const scaled = tape.product(square, tape.map('exp', tape.scale(logVariance, -1)));
  return tape.scale(tape.mean(tape.add(scaled, logVariance)), 0.5);
}

/** Divergence of N(mean, exp(logVariance)) from N(0, 1) (Kingma and Welling, 2014), a mean over all entries. */
export function standardDivergence(tape: Tape, mean: Tensor, logVariance: Tensor): Tensor {
  const outer = tape.add(tape.map('square', mean), tape.map('exp', logVariance));
  const inner = tape.mean(tape.subtract(outer, logVariance));
  // The constant -1/2 does not move a gradient and is left out.
  return tape.scale(inner, 0.5);
}
