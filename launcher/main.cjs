// @ts-check
'use strict';
// The launcher: makes the checkout runnable (packages, transpiled sources), then becomes the CLI in this same process.
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { prepare } = require('./prepare.cjs');

async function main() {
  await prepare('run');
  await import(pathToFileURL(path.join(__dirname, '..', 'cli', 'dist', 'main.js')).href);
}

main().catch((error) => {
  process.stderr.write(`${error && error.expected ? error.message : (error.stack ?? error)}\n`);
  process.exitCode = 1;
});
