// @ts-check
'use strict';
// Which folders are workspaces, and which TypeScript files are in them.
const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('./paths.cjs');

const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', '.cache']);

/** @returns {string[]} folders relative to the root, e.g. `services/user-service` */
function workspaces() {
  const { workspaces: patterns } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  return patterns.flatMap((/** @type {string} */ pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    return fs
      .readdirSync(path.join(ROOT, parent))
      .map((name) => `${parent}/${name}`)
      .filter((folder) => fs.existsSync(path.join(ROOT, folder, 'package.json')));
  });
}

/**
 * @param {string} folder
 * @returns {string[]} absolute paths, tests included
 */
function allTypeScript(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : allTypeScript(full);
    return entry.name.endsWith('.ts') ? [full] : [];
  });
}

module.exports = { workspaces, allTypeScript };
