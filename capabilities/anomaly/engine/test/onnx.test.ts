import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { exportOnnx, type OnnxLayer } from '../src/onnx.ts';
import { openRandom } from '../src/random.ts';
import { openHeap } from '../src/runtime/heap.ts';
import { perceptron } from '../src/runtime/layers.ts';
import { Parameters } from '../src/runtime/parameters.ts';
import { Tape } from '../src/runtime/tape.ts';

const runtime = path.join(
  import.meta.dirname,
  '../../../../tools/peers/node_modules/onnxruntime-web/dist/ort.node.min.mjs',
);

function network() {
  const heap = openHeap();
  const parameters = new Parameters(heap);
  const tape = new Tape(heap);
  const x = tape.input(5, 7);
  const random = openRandom(3);
  tape.write(
    x,
    Float32Array.from({ length: 35 }, () => random.normal()),
  );
  const out = perceptron(parameters, 'p', [7, 9, 2], random, 'tanh').on(tape, x);
  tape.forward();
  const saved = parameters.save();
  const denseOf = (index: number): OnnxLayer => {
    const weights = saved.get(`p.${index}.weights`)!;
    return {
      kind: 'dense',
      inputs: weights.rows,
      outputs: weights.columns,
      weights: weights.values,
      bias: saved.get(`p.${index}.bias`)!.values,
    };
  };
  return {
    file: exportOnnx('perceptron', [denseOf(0), { kind: 'tanh' }, denseOf(1)]),
    rows: tape.read(x).slice(),
    scores: tape.read(out).slice(),
  };
}

describe('the ONNX file of a network', () => {
  test('[F3] names its operators and holds its weights; without a dense layer there is none', () => {
    const { file } = network();
    const words = new TextDecoder('latin1').decode(file);
    for (const word of ['MatMul', 'Add', 'Tanh', 'Identity', 'rows', 'scores', 'batch']) expect(words).toContain(word);
    expect(file.length).toBeGreaterThan((7 * 9 + 9 + 9 * 2 + 2) * 4);
    expect(() => exportOnnx('none', [{ kind: 'relu' }])).toThrow('at least one dense layer');
  });
  test.skipIf(!existsSync(runtime))(
    `[F3] an independent runtime computes the same${existsSync(runtime) ? '' : ' (skipped: onnxruntime-web is not installed, npm run peers)'}`,
    async () => {
      const ort = await import(pathToFileURL(runtime).href);
      const { file, rows, scores } = network();
      const session = await ort.InferenceSession.create(file);
      const result = await session.run({ rows: new ort.Tensor('float32', rows, [5, 7]) });
      const computed = result.scores.data as Float32Array;
      expect(computed.length).toBe(10);
      for (const [index, value] of scores.entries()) expect(computed[index]).toBeCloseTo(value, 5);
    },
  );
});
