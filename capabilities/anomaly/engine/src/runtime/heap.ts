/**
 * The memory that tensors live in and the kernels that work on it: WebAssembly where SIMD is there, plain TypeScript elsewhere.
 * A heap belongs to one model and is freed with it.
 * @module
 */
import type { Kernels } from './kernels.ts';
import { kernelsBase64 } from './kernels.wasm.ts';
import { openPlainKernels } from './plain.ts';

export interface Heap {
  readonly kind: 'wasm' | 'plain';
  readonly kernels: Kernels;
  /** All floats; taken anew after every `allocate`, which may move them. */
  readonly floats: Float32Array;
  /** Address in bytes of `n` zeroed floats, with room up to the next multiple of four. */
  allocate(n: number): number;
  /** Bytes allocated so far. */
  readonly size: number;
}

const page = 65_536;
let compiled: WebAssembly.Module | null | undefined;

/** Undefined before the first call, null where this runtime has no SIMD. */
function compiledKernels(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const bytes = fromBase64(kernelsBase64);
    compiled = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  }
  return compiled;
}

/** @param kind `plain` forces the TypeScript kernels; the results are the same bits, some thirty times slower. */
export function openHeap(kind: 'fastest' | 'plain' = 'fastest'): Heap {
  const module = kind === 'plain' ? null : compiledKernels();
  return module ? wasmHeap(module) : plainHeap();
}

function wasmHeap(module: WebAssembly.Module): Heap {
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65_536 });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  // The kernels keep nothing in memory themselves; the first page is left to the compiler all the same.
  let next = 1024;
  let floats = new Float32Array(memory.buffer);
  return {
    kind: 'wasm',
    kernels: instance.exports as unknown as Kernels,
    get floats() {
      return floats;
    },
    get size() {
      return next;
    },
    allocate(n) {
      const at = next;
      next += padded(n);
      const missing = next - memory.buffer.byteLength;
      if (missing > 0) {
        memory.grow(Math.max(Math.ceil(missing / page), Math.min(256, memory.buffer.byteLength / page)));
        floats = new Float32Array(memory.buffer);
      }
      return at;
    },
  };
}

function plainHeap(): Heap {
  let floats = new Float32Array(page * 4);
  let next = 1024;
  const heap: Heap = {
    kind: 'plain',
    kernels: openPlainKernels(() => floats),
    get floats() {
      return floats;
    },
    get size() {
      return next;
    },
    allocate(n) {
      const at = next;
      next += padded(n);
      if (next > floats.byteLength) {
        const larger = new Float32Array(Math.max(next / 4, floats.length * 2));
        larger.set(floats);
        floats = larger;
      }
      return at;
    },
  };
  return heap;
}

const padded = (n: number) => Math.ceil(Math.max(n, 1) / 4) * 16;

function fromBase64(text: string): Uint8Array {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const clean = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((clean.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const letter of clean) {
    bits = (bits << 6) | alphabet.indexOf(letter);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at] = (bits >>> held) & 255;
      at += 1;
      bits &= (1 << held) - 1;
    }
  }
  return bytes;
}
