/**
 * `npm run demo:exchange`: the article's scenario from registration to trace, on a kernel in a temporary folder. Exits 1 where a step does not do what
 * it must.
 * @module
 */
import { exchangeServer } from '@hedun/capability-exchange/server';
import { openTestKernel } from '@hedun/core/testing-kernel';
import type { CapabilityServer } from '@hedun/sdk';
import { kernelStage, runScenario } from './exchange-scenario.ts';

const kernel = await openTestKernel({ capabilities: [exchangeServer as unknown as CapabilityServer] });
try {
  await runScenario(kernelStage(kernel), (line) => console.log(line));
  console.log('完成：每一步都与预期一致');
} finally {
  await kernel.close();
}
