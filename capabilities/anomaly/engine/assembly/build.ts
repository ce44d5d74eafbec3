/**
 * Compiles `kernels.as.ts` and `tables.as.ts` to `../src/runtime/kernels.wasm.ts`: `node capabilities/anomaly/engine/assembly/build.ts`. A test compiles again and
 * compares the bytes, so what is committed is what the source says.
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import asc from 'assemblyscript/asc';

export async function compileKernels(): Promise<Uint8Array> {
  const sources = new Map(
    ['kernels.as.ts', 'tables.as.ts'].map((name) => [name, readFileSync(path.join(import.meta.dirname, name), 'utf8')]),
  );
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      ...sources.keys(),
      '--outFile',
      'kernels.wasm',
      '-O3',
      '--enable',
      'simd',
      '--runtime',
      'stub',
      '--importMemory',
      '--noAssert',
      '--maximumMemory',
      '65536',
    ],
    {
      readFile: (name: string) => sources.get(name) ?? null,
      writeFile: (name: string, contents: unknown) => {
        if (name.endsWith('.wasm')) binary = contents as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`kernels: ${stderr.toString()}`, { cause: error });
  return binary;
}

if (import.meta.main) {
  const binary = await compileKernels();
  const target = path.join(import.meta.dirname, '../src/runtime/kernels.wasm.ts');
  writeFileSync(
    target,
    `/** Written by assembly/build.ts from assembly/*.as.ts; ${binary.length} bytes. @module */\nexport const kernelsBase64: string =\n  '${Buffer.from(binary).toString('base64')}';\n`,
  );
  console.log(`${binary.length} bytes`);
}
