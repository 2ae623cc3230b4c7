import { defineConfig } from 'vitest/config';

/** Tests run on the sources, not on dist/: workspaces export them under the condition `source`. */
const conditions = ['source', 'node'];

/** One tier of tests, told from the others by its suffix; lower orders run first. docs/testing.md explains the tiers. */
const tier = (name: string, options: { order: number; timeoutMs: number; parallel: boolean }) => ({
  extends: true as const,
  test: {
    name,
    include: [`**/*.${name}.test.ts`],
    testTimeout: options.timeoutMs,
    hookTimeout: options.timeoutMs,
    fileParallelism: options.parallel,
    sequence: { groupOrder: options.order },
  },
});

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    exclude: ['**/node_modules/**', '**/dist/**', '.cache/**'],
    maxWorkers: 2,
    // What a test boots without saying how is processes, also on a machine with Docker.
    env: { QUICKBITE_LAUNCHER: 'process' },
    projects: [
      tier('unit', { order: 0, timeoutMs: 10_000, parallel: true }),
      tier('integration', { order: 1, timeoutMs: 60_000, parallel: true }),
      tier('e2e', { order: 2, timeoutMs: 180_000, parallel: false }),
      tier('invariants', { order: 3, timeoutMs: 600_000, parallel: false }),
      tier('defects', { order: 3, timeoutMs: 300_000, parallel: false }),
      tier('native', { order: 3, timeoutMs: 60_000, parallel: false }),
      tier('docker', { order: 3, timeoutMs: 480_000, parallel: false }),
      tier('endurance', { order: 4, timeoutMs: 600_000, parallel: true }),
    ],
  },
});
