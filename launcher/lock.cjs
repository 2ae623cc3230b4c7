// @ts-check
'use strict';
// One launcher at a time prepares a checkout. The lock is a file with the holder's pid; a dead holder's lock is taken over.
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: delay } = require('node:timers/promises');
const { CACHE } = require('./paths.cjs');

const LOCK = path.join(CACHE, 'launcher.lock');

/**
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 */
async function withLock(work) {
  fs.mkdirSync(CACHE, { recursive: true });
  let announced = false;
  while (!acquire()) {
    if (!announced) process.stderr.write('Another quickbite is preparing this checkout; waiting for it ...\n');
    announced = true;
    await delay(100);
  }
  const release = () => fs.rmSync(LOCK, { force: true });
  const releaseAndStop = () => {
    release();
    process.exit(130);
  };
  process.once('SIGINT', releaseAndStop).once('SIGTERM', releaseAndStop);
  try {
    await work();
  } finally {
    process.off('SIGINT', releaseAndStop).off('SIGTERM', releaseAndStop);
    release();
  }
}

function acquire() {
  try {
    fs.writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  if (holderIsGone()) {
    // Renaming is atomic: of several that saw the dead holder, one succeeds and removes what it moved away.
    const grave = `${LOCK}.${process.pid}`;
    try {
      fs.renameSync(LOCK, grave);
      fs.rmSync(grave, { force: true });
    } catch {
      // Another launcher was faster.
    }
  }
  return false;
}

function holderIsGone() {
  try {
    const pid = Number(fs.readFileSync(LOCK, 'utf8'));
    // An empty file is a holder between open and write; it is dead only if the file stays so.
    if (!pid) return Date.now() - fs.statSync(LOCK).mtimeMs > 2000;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}

module.exports = { withLock };
