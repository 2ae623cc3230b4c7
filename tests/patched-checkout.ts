import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './lab.js';

/** A change of one built file: what it says, and what it is to say. */
export interface Patch {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const WORKSPACES = workspacesOf(repository);

/**
 * A copy of the built checkout with a defect in it, in a temporary folder: the lab has to notice what the defect does, and
 * nothing in the real code has to know how to be broken. Packages are linked; `using` removes the folder.
 */
export function patchedCheckout(patch: Patch): { readonly root: string } & Disposable {
  const root = mkdtempSync(join(tmpdir(), 'quickbite-patched-'));
  cpSync(join(repository, 'package.json'), join(root, 'package.json'));
  cpSync(join(repository, 'launcher'), join(root, 'launcher'), { recursive: true });
  for (const workspace of WORKSPACES) copyBuilt(workspace, root);
  linkPackages(root);
  const file = join(root, patch.file);
  const text = readFileSync(file, 'utf8');
  const times = text.split(patch.from).length - 1;
  if (times !== 1)
    throw new Error(`${patch.file} says "${patch.from}" ${String(times)} times instead of once: mend the patch`);
  writeFileSync(
    file,
    text.replace(patch.from, () => patch.to),
  );
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** The folders of all workspaces that are built. */
function workspacesOf(root: string): readonly string[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: string[] };
  return workspaces
    .flatMap((pattern) => {
      const [folder = '', every] = pattern.split('/');
      return every === '*' ? readdirSync(join(root, folder)).map((name) => join(folder, name)) : [pattern];
    })
    .filter((workspace) => existsSync(join(root, workspace, 'dist')));
}

function copyBuilt(workspace: string, root: string): void {
  for (const part of ['package.json', 'dist', 'oclif.manifest.json']) {
    const from = join(repository, workspace, part);
    if (existsSync(from)) cpSync(from, join(root, workspace, part), { recursive: true });
  }
  const nested = join(repository, workspace, 'node_modules');
  if (existsSync(nested)) symlinkSync(nested, join(root, workspace, 'node_modules'));
}

/** Links every package, but our own workspaces to their copies. */
function linkPackages(root: string): void {
  const packages = join(root, 'node_modules');
  const ours = new Map(WORKSPACES.map((workspace) => [nameOf(workspace), join(root, workspace)]));
  mkdirSync(join(packages, '@quickbite'), { recursive: true });
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (name !== '@quickbite' && !ours.has(name))
      symlinkSync(join(repository, 'node_modules', name), join(packages, name));
  }
  for (const [name, copy] of ours) symlinkSync(copy, join(packages, name));
}

function nameOf(workspace: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(repository, workspace, 'package.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('name' in manifest))
    throw new Error(`${workspace} has no name`);
  return String(manifest.name);
}
