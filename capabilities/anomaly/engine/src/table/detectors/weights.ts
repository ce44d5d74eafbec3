/**
 * Weights of the members of a bank: a logistic regression with weights that cannot be negative, drawn towards equal weights, so that few
 * labels move little. Anomalies that were found and ordinary rows count half each.
 * @module
 */

/** @param found nats of hidden anomalies, row-major; @param ordinary those of unlabelled rows. @returns weights that add up to one. */
export function fitWeights(
  found: ArrayLike<number>,
  ordinary: ArrayLike<number>,
  members: number,
  { pull = 0.02, rounds = 400 } = {},
): Float64Array {
  const [positives, negatives] = [found.length / members, ordinary.length / members];
  const weights = new Float64Array(members).fill(1 / members);
  let bias = -2;
  const first = new Float64Array(members + 1);
  const second = new Float64Array(members + 1);
  const gradient = new Float64Array(members + 1);
  const visit = (rows: ArrayLike<number>, count: number, target: 0 | 1) => {
    for (let row = 0; row < count; row += 1) {
      let sum = bias;
      for (let index = 0; index < members; index += 1) sum += weights[index]! * rows[row * members + index]!;
      const error = (1 / (1 + Math.exp(-sum)) - target) / (2 * count);
      for (let index = 0; index < members; index += 1) gradient[index]! += error * rows[row * members + index]!;
      gradient[members]! += error;
    }
  };
  for (let round = 1; round <= rounds; round += 1) {
    gradient.fill(0);
    visit(found, positives, 1);
    visit(ordinary, negatives, 0);
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / members;
    for (let index = 0; index < members; index += 1) gradient[index]! += pull * (weights[index]! - mean);
    for (let index = 0; index <= members; index += 1) {
      first[index] = 0.9 * first[index]! + 0.1 * gradient[index]!;
      second[index] = 0.99 * second[index]! + 0.01 * gradient[index]! ** 2;
      const step =
        (0.02 * first[index]!) / (1 - 0.9 ** round) / (Math.sqrt(second[index]! / (1 - 0.99 ** round)) + 1e-9);
      if (index === members) bias -= step;
      else weights[index] = Math.max(0, weights[index]! - step);
    }
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum > 0 ? weights.map((weight) => weight / sum) : weights.fill(1 / members);
}
