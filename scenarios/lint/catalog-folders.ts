import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from './problem.js';
import { brokenLinks } from './links.js';

const CATALOG = 'scenarios/catalog';
/** Beside the folders of the scenarios: the list, and its parts by topic. */
const TOPICS = 'topics';
const REQUIRED = ['scenario.ts', 'README.md'];

/** The file in which a scenario tells its story. */
export const storyOf = (id: string): string => `${CATALOG}/${id}/scenario.ts`;

/** Each scenario has a folder with its name, a story and a README; nothing else lies about. */
export async function lintFolders(root: string, ids: readonly string[]): Promise<readonly Problem[]> {
  const entries = await readdir(path.join(root, CATALOG), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== TOPICS).map((entry) => entry.name);
  const strays = entries.filter((entry) => !entry.isDirectory() && entry.name !== 'index.ts');
  const inFolders = await Promise.all(folders.map((folder) => lintFolder(root, folder)));
  return [
    ...strays.map(({ name }) => ({
      file: `${CATALOG}/${name}`,
      message: 'is a stray file: expected one folder a scenario, topics and index.ts',
    })),
    ...folders
      .filter((folder) => !ids.includes(folder))
      .map((folder) => ({
        file: `${CATALOG}/${folder}`,
        message: 'is the folder of no scenario: expected a scenario with this id in catalog/index.ts',
      })),
    ...ids
      .filter((id) => !folders.includes(id))
      .map((id) => ({
        file: `${CATALOG}/index.ts`,
        message: `lists "${id}", which has no folder of that name`,
      })),
    ...inFolders.flat(),
  ];
}

async function lintFolder(root: string, folder: string): Promise<readonly Problem[]> {
  const where = `${CATALOG}/${folder}`;
  const names = await readdir(path.join(root, where));
  const missing = REQUIRED.filter((name) => !names.includes(name));
  const strays = names.filter(
    (name) => name !== 'README.md' && !/^[a-z0-9]+(-[a-z0-9]+)*(\.(unit|integration|e2e)\.test)?\.ts$/.test(name),
  );
  const readme = `${where}/README.md`;
  const text = missing.includes('README.md') ? '' : await readFile(path.join(root, readme), 'utf8');
  return [
    ...missing.map((name) => ({ file: where, message: `lacks ${name}` })),
    ...strays.map((name) => ({
      file: `${where}/${name}`,
      message: 'is a stray file: expected kebab-case .ts modules and README.md',
    })),
    ...brokenLinks(root, { file: readme, text }),
  ];
}
