/**
 * `node tools/assembly.ts`: compiles the kernels of the engines from AssemblyScript to the WebAssembly that is committed beside them. A
 * test compiles again and compares the bytes, so what is committed is what the sources say.
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import asc from 'assemblyscript/asc';

interface Kernel {
  /** Sources in one folder, compiled together. */
  readonly folder: string;
  readonly sources: readonly string[];
  /** A TypeScript module that exports the bytes as text in base64 under a name. */
  readonly module: string;
  readonly name: string;
  /** At most so many pages of 64 KiB. */
  readonly pages: number;
}

const engines = path.join(import.meta.dirname, '../capabilities');

export const kernels: readonly Kernel[] = [
  {
    folder: 'anomaly/engine/assembly',
    sources: ['kernels.as.ts', 'tables.as.ts'],
    module: 'anomaly/engine/src/runtime/kernels.wasm.ts',
    name: 'kernelsBase64',
    pages: 65536,
  },
  {
    folder: 'detection/engine/assembly',
    sources: ['json.as.ts'],
    module: 'detection/engine/src/sigma/json.wasm.ts',
    name: 'jsonBase64',
    pages: 32,
  },
];

/** The text of a kernel's module as its sources make it, and that which is committed. */
export async function compile(kernel: Kernel): Promise<{ readonly made: string; readonly committed: string }> {
  const sources = new Map(
    kernel.sources.map((name) => [name, readFileSync(path.join(engines, kernel.folder, name), 'utf8')]),
  );
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      ...kernel.sources,
      ...['--outFile', 'kernel.wasm', '-O3', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '--noAssert'],
      ...['--maximumMemory', String(kernel.pages)],
    ],
    {
      readFile: (name: string) => sources.get(name) ?? null,
      writeFile: (name: string, contents: unknown) => {
        if (name.endsWith('.wasm')) binary = contents as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`${kernel.folder}: ${stderr.toString()}`, { cause: error });
  const { folder, module, name } = kernel;
  return {
    made: `/** Written by tools/assembly.ts from ${folder}; ${binary.length} bytes. @module */\nexport const ${name}: string =\n  '${Buffer.from(binary).toString('base64')}';\n`,
    committed: readFileSync(path.join(engines, module), 'utf8'),
  };
}

if (import.meta.main)
  for (const kernel of kernels) {
    const { made, committed } = await compile(kernel);
    if (made !== committed) writeFileSync(path.join(engines, kernel.module), made);
    console.log(`${kernel.module}: ${made === committed ? 'as committed' : 'written'}`);
  }
