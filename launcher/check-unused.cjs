// @ts-check
'use strict';
// Fails on an export that nothing imports and on a dependency that no file of its workspace imports.
const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');
const { ROOT } = require('./paths.cjs');
const { allTypeScript, workspaces } = require('./sources.cjs');
const { unusedExports } = require('./unused-exports.cjs');

/** Loaded by name or by path, never imported: oclif's commands and hooks. */
const ENTRIES = [/^cli\/commands\//, /^cli\/hooks\//];
/** Used without an import: transpiling is the launcher's. */
const USED_OTHERWISE = new Set(['esbuild']);

function exportsThatNothingImports() {
  const files = [...workspaces(), 'tests'].flatMap((folder) => allTypeScript(path.join(ROOT, folder)));
  return unusedExports(files).flatMap(({ file, name }) => {
    const relative = path.relative(ROOT, file);
    if (ENTRIES.some((pattern) => pattern.test(relative))) return [];
    return [`${relative}: nothing imports "${name}". Stop exporting it, or delete it.`];
  });
}

function unusedDependencies() {
  return workspaces().flatMap((workspace) => {
    const folder = path.join(ROOT, workspace);
    const { dependencies = {} } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const imported = new Set(
      allTypeScript(folder).flatMap((file) =>
        ts
          .preProcessFile(fs.readFileSync(file, 'utf8'), true, true)
          .importedFiles.map(({ fileName }) => packageOf(fileName)),
      ),
    );
    return Object.keys(dependencies)
      .filter((name) => !imported.has(name) && !USED_OTHERWISE.has(name))
      .map((name) => `${workspace}/package.json: no file imports "${name}". Remove the dependency.`);
  });
}

/** @param {string} specifier */
function packageOf(specifier) {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

const problems = [...exportsThatNothingImports(), ...unusedDependencies()];
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
