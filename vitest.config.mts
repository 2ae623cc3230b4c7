import { defineConfig } from 'vitest/config';

const tier = (name: string, options: { timeout: number; parallel: boolean }) => ({
  extends: true as const,
  test: {
    name,
    include: [`**/*.${name}.test.ts`],
    testTimeout: options.timeout,
    hookTimeout: options.timeout,
    fileParallelism: options.parallel,
  },
});

/** The tiers of docs/testing.md. `npm test` runs the first three; the others need a server or a Docker engine. */
const tiers = {
  unit: tier('unit', { timeout: 10_000, parallel: true }),
  integration: tier('integration', { timeout: 60_000, parallel: true }),
  e2e: tier('e2e', { timeout: 180_000, parallel: false }),
  native: tier('native', { timeout: 60_000, parallel: false }),
};

const chosen = (process.env['QUICKBITE_TEST_TIERS'] ?? 'unit,integration,e2e').split(',');

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    exclude: ['**/node_modules/**', '**/dist/**', '.cache/**'],
    maxWorkers: 2,
    projects: chosen.map((name) => tiers[name.trim() as keyof typeof tiers]),
  },
});
