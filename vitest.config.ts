import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{kernel,capabilities,apps,tools}/**/test/**/*.test.{ts,tsx}'],
    pool: 'threads',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
