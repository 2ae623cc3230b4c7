import { defineConfig } from 'vitest/config';
import { shared, tier } from './vitest.tiers.mjs';

/** The tier that needs redis-server and rabbitmq-server; without them its tests skip with a reason. */
export default defineConfig({
  ...shared,
  test: { ...shared.test, projects: [tier('native', { order: 0, timeoutMs: 60_000, parallel: false })] },
});
