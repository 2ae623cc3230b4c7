// @ts-check
'use strict';
// Transpiles every workspace's TypeScript to its dist/ folder with esbuild, without type-checking (that is `npm run check`).
// The stamp is a fingerprint of path, size and modification time of each source: a warm start only stats files.
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { ROOT, CACHE } = require('./paths.cjs');
const { allTypeScript, workspaces } = require('./sources.cjs');

const STAMP = path.join(CACHE, 'build.json');

function buildIsCurrent() {
  try {
    const found = sources();
    if (JSON.parse(fs.readFileSync(STAMP, 'utf8')).fingerprint !== fingerprint(found)) return false;
    return [...new Set(found.map((file) => file.workspace))].every((name) =>
      fs.existsSync(path.join(ROOT, name, 'dist')),
    );
  } catch {
    return false;
  }
}

/** @returns {Promise<void>} */
async function build() {
  const before = fingerprint(sources());
  removeStale(await transpile(workspaces()));
  await writeCommandManifest();
  fs.mkdirSync(CACHE, { recursive: true });
  fs.writeFileSync(STAMP, JSON.stringify({ fingerprint: before }));
}

/**
 * @param {string[]} folders of workspaces
 * @returns {Promise<string[]>} what was written, as paths without their ending
 */
async function transpile(folders) {
  const entryPoints = sources(folders).map((file) => {
    const relative = path.relative(path.join(ROOT, file.workspace), file.path);
    return { in: file.path, out: path.join(file.workspace, 'dist', relative.slice(0, -'.ts'.length)) };
  });
  await require('esbuild').build({
    entryPoints,
    absWorkingDir: ROOT,
    outdir: ROOT,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: 'linked',
    logLevel: 'silent',
  });
  return entryPoints.map((entry) => path.join(ROOT, entry.out));
}

/** oclif reads this instead of importing every command at each start. */
async function writeCommandManifest() {
  const root = path.join(ROOT, 'cli');
  fs.rmSync(path.join(root, 'oclif.manifest.json'), { force: true });
  const { Plugin } = await import(pathToFileURL(require.resolve('@oclif/core')).href);
  const plugin = new Plugin({
    root,
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  fs.writeFileSync(path.join(root, 'oclif.manifest.json'), JSON.stringify(plugin.manifest));
}

/**
 * @param {string[]} folders of workspaces
 * @returns {{ workspace: string, path: string, stat: import('node:fs').Stats }[]}
 */
function sources(folders = workspaces()) {
  return folders.flatMap((workspace) =>
    allTypeScript(path.join(ROOT, workspace))
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => ({ workspace, path: file, stat: fs.statSync(file) })),
  );
}

/** @param {ReturnType<typeof sources>} found */
function fingerprint(found) {
  const hash = crypto.createHash('sha256').update(process.version).update(fs.readFileSync(__filename));
  for (const file of found) hash.update(`${file.path}\0${file.stat.size}\0${file.stat.mtimeMs}\n`);
  return hash.digest('hex');
}

/** @param {string[]} outputs paths without their ending */
function removeStale(outputs) {
  const kept = new Set(outputs.flatMap((output) => [`${output}.js`, `${output}.js.map`]));
  for (const workspace of workspaces()) {
    const dist = path.join(ROOT, workspace, 'dist');
    if (!fs.existsSync(dist)) continue;
    for (const name of fs.readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
      const full = path.join(dist, name);
      if (fs.statSync(full).isFile() && !kept.has(full)) fs.rmSync(full);
    }
  }
}

module.exports = { buildIsCurrent, build, transpile };
