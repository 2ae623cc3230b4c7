// @ts-check
'use strict';
// Brings the checkout up to date: installs when the lock file changed, transpiles when a source changed, does
// nothing (in a few milliseconds) otherwise. Two that start at once take turns.
const { installIsCurrent, install } = require('./install.cjs');
const { buildIsCurrent, build } = require('./build.cjs');
const { withLock } = require('./lock.cjs');

/**
 * @param {'run' | 'dev'} scope `run` installs what the CLI needs; `dev` adds the tools of `npm test` and `npm run check`
 * @returns {Promise<void>}
 */
async function prepare(scope) {
  if (installIsCurrent(scope) && buildIsCurrent()) return;
  await withLock(async () => {
    if (!installIsCurrent(scope))
      await step('Installing packages (first run, or the lock file changed)', () => install(scope));
    if (!buildIsCurrent()) await step('Building', build);
  });
}

/**
 * Says on stderr what is being done and how long it took: stdout belongs to the command that follows.
 * @param {string} title
 * @param {() => Promise<void>} work
 */
async function step(title, work) {
  const started = Date.now();
  process.stderr.write(`${title} ... `);
  try {
    await work();
    process.stderr.write(`${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  } catch (error) {
    process.stderr.write('failed\n');
    throw error;
  }
}

module.exports = { prepare };
