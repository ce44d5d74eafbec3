/**
 * Journeys in a real browser, two at a time: each has a server, a data folder and a Chromium of its own, and waits for them most of the time.
 * @module
 */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'e2e',
    root: import.meta.dirname,
    include: ['*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['prepare.ts'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // A slow machine is no failure: what is waited for may come late, it may not stay away.
    expect: { poll: { timeout: 20_000 } },
  },
});
