import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Scenario } from '../protocol/index.js';
import { storyOf } from './catalog-folders.js';
import type { Problem } from './problem.js';

/** Notes are found by the name of a phase: each name must be one that the story says, and not only as the key of the note. */
export async function lintNotes(root: string, { id, notes }: Scenario): Promise<readonly Problem[]> {
  const phases = Object.keys(notes);
  if (phases.length === 0) return [];
  const folder = path.dirname(path.join(root, storyOf(id)));
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.ts'));
  const story = (await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')))).join('\n');
  return phases
    .filter((phase) => !story.replaceAll(`'${phase}':`, '').includes(`'${phase}'`))
    .map((phase) => ({ file: storyOf(id), message: `has notes for "${phase}", which is no phase of its story` }));
}
