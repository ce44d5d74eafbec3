/**
 * `hedun anomaly evaluate`: any data set in the plain format under one protocol, without a store. With `--json` the last line is one object.
 * @module
 */
import { type CommandIo, Failure, type LocalCommand } from '@hedun/sdk';
import { compare, linesOf, type Protocol, protocolNames } from './compare.ts';
import { readPlain } from './plain.ts';

export const evaluateCommand: LocalCommand = {
  title: { 'zh-CN': '在数据集上评测检测器', en: 'Evaluate detectors on a data set' },
  words: 'anomaly evaluate',
  usage: '--data NAME.json --protocol s30|u60|series [--seeds 1,2,3,4,5] [--detectors all|fused,iforest,…] [--json]',
  options: {
    data: { type: 'string' },
    protocol: { type: 'string' },
    seeds: { type: 'string' },
    detectors: { type: 'string' },
    json: { type: 'boolean' },
  },
  run: async ({ values }, io) => {
    if (typeof values.data !== 'string' || typeof values.protocol !== 'string') {
      io.warn(`hedun anomaly evaluate ${evaluateCommand.usage}\n`);
      return 2;
    }
    const protocol = protocolOf(values.protocol);
    const seeds = seedsOf((values.seeds as string | undefined) ?? '1,2,3,4,5');
    const detectors = (values.detectors as string | undefined) ?? 'all';
    // Read once here, so that a broken file is one clear refusal and not one of every run.
    if (values.data !== 'flows') {
      const { kind } = readPlain(values.data);
      if ((kind === 'series') !== (protocol === 'series'))
        throw new Failure('anomaly.wrong_option', {
          where: '--protocol',
          expected: kind === 'series' ? 'series' : 's30 or u60',
          got: protocol,
        });
    }
    return await evaluate(values.data, protocol, detectors, seeds, values.json === true, io);
  },
};

async function evaluate(
  file: string,
  protocol: Protocol,
  detectors: string,
  seeds: readonly number[],
  json: boolean,
  io: CommandIo,
): Promise<number> {
  try {
    const comparison = await compare([{ file }], protocol, detectors, seeds, (answer, done, total) =>
      io.warn(`${done}/${total} ${answer.task.detector} ${answer.task.seed} ${answer.seconds.toFixed(1)} s\n`),
    );
    for (const line of linesOf(comparison)) io.write(`${line}\n`);
    if (json) {
      const { rows, runs, failed } = comparison;
      // A measure that does not exist for a set is null, because JSON knows no NaN.
      io.write(`${JSON.stringify({ protocol, seeds, rows, runs, failed })}\n`);
    }
    return comparison.failed.length > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof RangeError)
      throw new Failure('anomaly.wrong_option', { where: '--detectors', expected: error.message, got: detectors });
    throw error;
  }
}

export function protocolOf(text: string): Protocol {
  const found = protocolNames.find((name) => name === text);
  if (!found)
    throw new Failure('anomaly.wrong_option', { where: '--protocol', expected: protocolNames.join(', '), got: text });
  return found;
}
export function seedsOf(text: string): readonly number[] {
  const seeds = text.split(',').map(Number);
  if (seeds.length === 0 || seeds.some((seed) => !Number.isInteger(seed) || seed < 0))
    throw new Failure('anomaly.wrong_option', { where: '--seeds', expected: 'whole numbers: 1,2,3', got: text });
  return seeds;
}
