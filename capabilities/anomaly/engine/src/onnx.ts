/**
 * The forward pass of a dense network as an ONNX file (opset 13, IR 8), for programs that speak that format. Only what is needed of the
 * protocol buffers' wire format is written here: varints, 32-bit floats and length-delimited fields.
 * @module
 */

export type OnnxLayer =
  | {
      readonly kind: 'dense';
      /** inputs x outputs, row-major. */
      readonly weights: Float32Array;
      readonly inputs: number;
      readonly outputs: number;
      readonly bias?: Float32Array;
    }
  | { readonly kind: 'relu' | 'sigmoid' | 'tanh' }
  | { readonly kind: 'leakyRelu'; readonly slope: number };

/** A file with one input `rows` (batch x inputs) and one output `scores` (batch x outputs of the last dense layer). */
export function exportOnnx(name: string, layers: readonly OnnxLayer[]): Uint8Array {
  const denses = layers.filter((layer) => layer.kind === 'dense');
  const [first, last] = [denses[0], denses.at(-1)];
  if (!first || !last) throw new RangeError('onnx: expected at least one dense layer, got none');
  const nodes: Uint8Array[] = [];
  const tensors: Uint8Array[] = [];
  let value = 'rows';
  const next = (operator: string, inputs: readonly string[], attributes: readonly Uint8Array[] = []) => {
    const output = `value${nodes.length}`;
    nodes.push(
      message([
        ...inputs.map((input) => field(1, text(input))),
        field(2, text(output)),
        field(4, text(operator)),
        ...attributes.map((attribute) => field(5, attribute)),
      ]),
    );
    value = output;
  };
  for (const [index, layer] of layers.entries()) {
    if (layer.kind === 'dense') {
      tensors.push(tensor(`weights${index}`, [layer.inputs, layer.outputs], layer.weights));
      next('MatMul', [value, `weights${index}`]);
      if (layer.bias) {
        tensors.push(tensor(`bias${index}`, [layer.outputs], layer.bias));
        next('Add', [value, `bias${index}`]);
      }
    } else if (layer.kind === 'leakyRelu') {
      const slope = message([field(1, text('alpha')), float(2, layer.slope), varintField(20, 1)]);
      next('LeakyRelu', [value], [slope]);
    } else next({ relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh' }[layer.kind], [value]);
  }
  nodes.push(message([field(1, text(value)), field(2, text('scores')), field(4, text('Identity'))]));
  const graph = message([
    ...nodes.map((node) => field(1, node)),
    field(2, text(name)),
    ...tensors.map((each) => field(5, each)),
    field(11, port('rows', first.inputs)),
    field(12, port('scores', last.outputs)),
  ]);
  return message([
    varintField(1, 8),
    field(2, text('hedun')),
    field(7, graph),
    field(8, message([field(1, text('')), varintField(2, 13)])),
  ]);
}

function tensor(name: string, dimensions: readonly number[], values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setFloat32(index * 4, value, true);
  // 2 = data type, of which 1 is float; 9 = raw data.
  return message([
    ...dimensions.map((size) => varintField(1, size)),
    varintField(2, 1),
    field(8, text(name)),
    field(9, bytes),
  ]);
}
/** A float matrix whose number of rows is free. */
function port(name: string, columns: number): Uint8Array {
  const shape = message([field(1, message([field(2, text('batch'))])), field(1, message([varintField(1, columns)]))]);
  const type = message([field(1, message([varintField(1, 1), field(2, shape)]))]);
  return message([field(1, text(name)), field(2, type)]);
}

const text = (value: string) => new TextEncoder().encode(value);
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
const varintField = (id: number, value: number) => Uint8Array.from([...varint(id * 8), ...varint(value)]);
function float(id: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return message([Uint8Array.from(varint(id * 8 + 5)), bytes]);
}
const field = (id: number, bytes: Uint8Array) =>
  message([Uint8Array.from([...varint(id * 8 + 2), ...varint(bytes.length)]), bytes]);
function message(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
