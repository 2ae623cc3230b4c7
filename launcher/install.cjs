// @ts-check
'use strict';
// `npm ci`, when what is installed is not what the lock file says. npm keeps its own record of what it installed inside
// node_modules, written last: comparing the two also sees an install by hand, and one that was cut off.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('./paths.cjs');

const WANTED = path.join(ROOT, 'package-lock.json');
const INSTALLED = path.join(ROOT, 'node_modules', '.package-lock.json');

/** @typedef {Record<string, { version?: string, dev?: boolean, optional?: boolean, devOptional?: boolean, link?: boolean }>} Packages */

/**
 * @param {'run' | 'dev'} scope
 * @returns {boolean}
 */
function installIsCurrent(scope) {
  try {
    const wanted = packages(WANTED);
    const installed = packages(INSTALLED);
    return Object.entries(wanted).every(([name, { version, dev, optional, devOptional, link }]) => {
      if (!name.includes('node_modules/') || optional || link) return true;
      if (scope === 'run' && (dev || devOptional)) return true;
      return installed[name]?.version === version;
    });
  } catch {
    return false;
  }
}

/**
 * @param {string} lockFile
 * @returns {Packages}
 */
function packages(lockFile) {
  return JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages;
}

/**
 * @param {'run' | 'dev'} scope
 * @returns {Promise<void>}
 */
async function install(scope) {
  // A later `run` after a `dev` install keeps the tools: reinstalling without them would only cost time.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'];
  if (scope === 'run') args.push('--omit=dev');
  const { code, output } = await run(args);
  if (code !== 0) {
    throw Object.assign(
      new Error(
        `Installing the packages failed: "npm ${args.join(' ')}" ended with code ${code}.\n${output.trim().split('\n').slice(-8).join('\n')}\n` +
          'Check the network connection and the disk space, then run the command again.',
      ),
      { expected: true },
    );
  }
}

/**
 * @param {string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function run(args) {
  return new Promise((resolve, reject) => {
    const windows = process.platform === 'win32';
    const child = spawn(windows ? 'npm.cmd' : 'npm', args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windows,
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (cause) =>
      reject(
        Object.assign(
          new Error(`npm could not be started (${cause.message}). It comes with Node: is it on the PATH?`, { cause }),
          { expected: true },
        ),
      ),
    );
    child.once('close', (code) => resolve({ code, output }));
  });
}

module.exports = { installIsCurrent, install };
