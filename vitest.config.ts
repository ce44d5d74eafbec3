import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{kernel,capabilities,apps,tools}/**/test/**/*.test.{ts,tsx}'],
    pool: 'threads',
    // Vitest leaves one core to itself by default; on two cores that is half the machine, and it needs next to nothing while tests run.
    maxWorkers: Math.max(2, availableParallelism()),
    // Only to end what hangs: on a machine under load a test may take twenty times as long, and no timing decides a test.
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
