import { defineConfig } from 'vitest/config';

// Two shared cores: few workers, generous limits. Limits only end a hanging test; no test asserts on time.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    globalSetup: ['test/world/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: 'forks',
    provide: { modelRuns: 25 },
    expect: { poll: { timeout: 15_000 } },
  },
});
