// @ts-check

/** Tests run on the sources, not on dist/: workspaces export them under the condition `source`. */
const conditions = ['source', 'module', 'node'];

export const shared = {
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { exclude: ['**/node_modules/**', '**/dist/**', '.cache/**'], maxWorkers: 2 },
};

/**
 * One tier of tests, told from the others by its suffix.
 * @param {string} name
 * @param {{ order: number, timeoutMs: number, parallel: boolean }} options `order`: lower tiers run first
 */
export const tier = (name, { order, timeoutMs, parallel }) => ({
  extends: /** @type {const} */ (true),
  test: {
    name,
    include: [`**/*.${name}.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: timeoutMs,
    fileParallelism: parallel,
    sequence: { groupOrder: order },
  },
});
