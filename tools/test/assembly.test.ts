import { expect, test } from 'vitest';
import { compile, kernels } from '../assembly.ts';

test.each(kernels)('[L3] [S19] the committed WebAssembly of $folder is what the sources compile to', async (kernel) => {
  const { made, committed } = await compile(kernel);
  expect(committed).toBe(made);
});
