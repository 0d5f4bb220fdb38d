/** `npm run fuzz`: the model of test/properties with many more runs than the suite takes time for. */
import { defineConfig } from 'vitest/config';
import suite from '../vitest.config.ts';

export default defineConfig({
  test: { ...suite.test, include: ['test/properties/*.test.ts'], provide: { modelRuns: 1000 } },
});
