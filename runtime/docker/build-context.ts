import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const DOCKERFILE = 'deploy/docker/Dockerfile';

/** What every image of ours is made of, besides its own workspace and the manifests. */
const SHARED = ['launcher', 'shared', 'deploy/docker'];

// As in .dockerignore.
const LEFT_OUT_FOLDERS = ['node_modules', 'dist', 'testing'];
const LEFT_OUT_FILES = /\.(?:test\.ts|tsbuildinfo)$/;

/** What goes into the image of one workspace. */
export interface BuildContext {
  /** Relative to the repository's root. */
  readonly files: readonly string[];
  /** Changes with any of the files, and with what else the image is made of. */
  readonly fingerprint: string;
}

/**
 * Finds what an image is made of, and sums it up.
 * @param root the repository's root
 * @param more what else decides how the image comes out, e.g. the base image
 */
export async function buildContextOf(root: string, workspace: string, more: readonly string[]): Promise<BuildContext> {
  const dockerfile = await readFile(join(root, DOCKERFILE), 'utf8');
  const folders = [...SHARED, workspace];
  const inside = await Promise.all(folders.map((folder) => filesIn(root, folder)));
  const files = [...new Set([...manifestsIn(dockerfile), ...inside.flat()])].sort();
  const sum = createHash('sha256');
  for (const text of [workspace, ...more]) sum.update(`${text}\0`);
  for (const file of files) sum.update(`${file}\0`).update(await readFile(join(root, file)));
  return { files, fingerprint: sum.digest('hex').slice(0, 12) };
}

/** The Dockerfile itself says which manifests npm needs to see. */
function manifestsIn(dockerfile: string): string[] {
  return [...dockerfile.matchAll(/^COPY ((?:\S+ )+)\S+$/gm)]
    .flatMap(([, sources = '']) => sources.trim().split(' '))
    .filter((source) => /(?:^|\/)(?:package(?:-lock)?\.json|\.npmrc)$/.test(source));
}

async function filesIn(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = entries.map(async (entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return LEFT_OUT_FOLDERS.includes(entry.name) ? [] : filesIn(root, path);
    return entry.isFile() && !LEFT_OUT_FILES.test(entry.name) ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}
