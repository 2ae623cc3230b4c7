import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { LINKS, linksOf } from './both-ways.js';
import type { Study } from './study.js';

/**
 * Writes into the front matter of each concept which scenarios, questions and claims name it. They are the ones who decide; the
 * lists in the concepts follow.
 * @returns the files that have changed
 */
export async function fixLinks(root: string, study: Study): Promise<readonly string[]> {
  const changed = await Promise.all(
    study.concepts.map(async (concept) => {
      const at = path.join(root, concept.file);
      const before = await readFile(at, 'utf8');
      const after = withLinks(before, linksOf(concept, study));
      if (after === before) return [];
      await writeFile(at, after);
      return [concept.file];
    }),
  );
  return changed.flat();
}

function withLinks(page: string, links: Readonly<Record<(typeof LINKS)[number], readonly string[]>>): string {
  const [, head = '', body = ''] = /^---\n(.*?\n)---\n(.*)$/s.exec(page) ?? [];
  const document = parseDocument(head);
  for (const key of LINKS) document.set(key, document.createNode(links[key], { flow: links[key].length === 0 }));
  if (links.scenarios.length > 0) document.delete('noScenario');
  return `---\n${document.toString({ lineWidth: 0 })}---\n${body}`;
}
