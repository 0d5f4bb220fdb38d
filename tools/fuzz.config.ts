/** `npm run fuzz`: the model of test/properties with many more runs than the suite takes time for. */
import { defineConfig, mergeConfig } from 'vitest/config';
import suite from '../vitest.config.ts';

export default mergeConfig(
  suite,
  defineConfig({ test: { dir: 'test/properties', provide: { modelRuns: 1000 } } }),
);
