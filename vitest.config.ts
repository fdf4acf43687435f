import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    reporters: ['default', './test/last-line.ts'],
    globalSetup: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    isolate: false, // a file keeps nothing in a module, so the next one in the same process need not load them all again
    retry: process.env.CI ? 1 : 0, // whole systems on a shared machine: a click may find everybody busy for longer than its patience
  },
});
