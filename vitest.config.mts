import { defineConfig } from 'vitest/config';
import { shared, tier } from './vitest.tiers.mjs';

/** The tiers that need nothing but this checkout. docs/testing.md explains them. */
export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    projects: [
      tier('unit', { order: 0, timeoutMs: 10_000, parallel: true }),
      tier('integration', { order: 1, timeoutMs: 60_000, parallel: true }),
      tier('e2e', { order: 2, timeoutMs: 180_000, parallel: false }),
    ],
  },
});
