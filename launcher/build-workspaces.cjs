// @ts-check
'use strict';
// `node launcher/build-workspaces.cjs shared services/order-service`: transpiles just these, for an image that holds nothing else.
const { transpile } = require('./build.cjs');

const folders = process.argv.slice(2);
if (folders.length === 0) {
  process.stderr.write('expected the folders of workspaces, e.g. "shared services/order-service", got none\n');
  process.exitCode = 1;
} else {
  transpile(folders).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
