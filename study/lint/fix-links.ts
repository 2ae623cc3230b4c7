import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { LINKS, linksOf, linksOfQuestion, QUESTION_LINKS } from './both-ways.js';
import type { Study } from './study.js';

/**
 * Writes into the front matter of each concept which scenarios, benchmarks, questions and claims name it, and of each question which
 * benchmarks and claims do. They are the ones who decide; the lists in the pages follow.
 * @returns the files that have changed
 */
export async function fixLinks(root: string, study: Study): Promise<readonly string[]> {
  const changed = await Promise.all([
    ...study.concepts.map((concept) => rewrite(root, concept, LINKS, linksOf(concept, study))),
    ...study.questions.map((question) => rewrite(root, question, QUESTION_LINKS, linksOfQuestion(question, study))),
  ]);
  return changed.flat();
}

async function rewrite<K extends string>(
  root: string,
  { file }: { readonly file: string },
  keys: readonly K[],
  links: Readonly<Record<K, readonly string[]>>,
): Promise<readonly string[]> {
  const at = path.join(root, file);
  const before = await readFile(at, 'utf8');
  const after = withLinks(before, keys, links);
  if (after === before) return [];
  await writeFile(at, after);
  return [file];
}

function withLinks<K extends string>(
  page: string,
  keys: readonly K[],
  links: Readonly<Partial<Record<string, readonly string[]>> & Record<K, readonly string[]>>,
): string {
  const [, head = '', body = ''] = /^---\n(.*?\n)---\n(.*)$/s.exec(page) ?? [];
  const document = parseDocument(head);
  // A page whose lists are right stays as its author wrote it.
  const before = JSON.stringify(document.toJS());
  for (const key of keys) {
    const named = links[key];
    // Most pages have no benchmark; they need not say so.
    if (key === 'benches' && named.length === 0) document.delete(key);
    else document.set(key, document.createNode(named, { flow: named.length === 0 }));
  }
  if ((links['scenarios'] ?? []).length > 0) document.delete('noScenario');
  if (JSON.stringify(document.toJS()) === before) return page;
  return `---\n${document.toString({ lineWidth: 0 })}---\n${body}`;
}
