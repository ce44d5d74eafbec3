/**
 * Journeys in a real browser, one after the other: they share the machine's two cores with a server and Chromium.
 * @module
 */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'e2e',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // A slow machine is no failure: what is waited for may come late, it may not stay away.
    expect: { poll: { timeout: 20_000 } },
  },
});
