// @ts-check
'use strict';
// `npm ci`, remembered by a stamp inside node_modules: deleting the folder or changing the lock file invalidates it.
const { spawn } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('./paths.cjs');

const STAMP = path.join(ROOT, 'node_modules', '.quickbite.json');

/** @param {'run' | 'dev'} scope */
function installIsCurrent(scope) {
  try {
    const stamp = JSON.parse(fs.readFileSync(STAMP, 'utf8'));
    return stamp.lock === lockHash() && (scope === 'run' || stamp.scope === 'dev');
  } catch {
    return false;
  }
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
  fs.writeFileSync(STAMP, JSON.stringify({ lock: lockHash(), scope }));
}

/**
 * @param {string[]} args
 * @returns {Promise<{ code: number | null, output: string }>}
 */
function run(args) {
  return new Promise((resolve, reject) => {
    const windows = process.platform === 'win32';
    const child = spawn(windows ? 'npm.cmd' : 'npm', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], shell: windows });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (cause) =>
      reject(Object.assign(new Error(`npm could not be started (${cause.message}). It comes with Node: is it on the PATH?`, { cause }), { expected: true })),
    );
    child.once('close', (code) => resolve({ code, output }));
  });
}

function lockHash() {
  return crypto.createHash('sha256').update(fs.readFileSync(path.join(ROOT, 'package-lock.json'))).digest('hex');
}

module.exports = { installIsCurrent, install };
