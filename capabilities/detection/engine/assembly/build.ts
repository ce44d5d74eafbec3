/**
 * Compiles `json.as.ts` to `../src/sigma/json.wasm.ts`: `node capabilities/detection/engine/assembly/build.ts`. A test compiles again and
 * compares the bytes, so what is committed is what the source says.
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import asc from 'assemblyscript/asc';

export async function compileJson(): Promise<Uint8Array> {
  const source = readFileSync(path.join(import.meta.dirname, 'json.as.ts'), 'utf8');
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    [
      'json.as.ts',
      '--outFile',
      'json.wasm',
      '-O3',
      '--enable',
      'simd',
      '--runtime',
      'stub',
      '--importMemory',
      '--noAssert',
      '--maximumMemory',
      '32',
    ],
    {
      readFile: (name: string) => (name === 'json.as.ts' ? source : null),
      writeFile: (name: string, contents: unknown) => {
        if (name.endsWith('.wasm')) binary = contents as Uint8Array;
      },
      listFiles: () => [],
    },
  );
  if (error || !binary) throw new Error(`json.as.ts: ${stderr.toString()}`, { cause: error });
  return binary;
}

if (import.meta.main) {
  const binary = await compileJson();
  const target = path.join(import.meta.dirname, '../src/sigma/json.wasm.ts');
  writeFileSync(
    target,
    `/** Written by assembly/build.ts from assembly/json.as.ts; ${binary.length} bytes. @module */\nexport const jsonBase64: string =\n  '${Buffer.from(binary).toString('base64')}';\n`,
  );
  console.log(`${binary.length} bytes`);
}
