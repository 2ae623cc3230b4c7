import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from '@quickbite/scenarios/lint';
import { parse } from 'yaml';
import type { z } from 'zod';
import { claimMatter, conceptMatter, ownQuestionMatter, questionMatter } from './front-matter.js';
import type { Claim, Concept, Question } from './page.js';

/** Pages of one kind, in the order of their ids, and what is wrong with the files of their folder. */
export interface PagesRead<P> {
  readonly pages: readonly P[];
  readonly problems: readonly Problem[];
}

/** @param root of the repository */
export const readConcepts = (root: string): Promise<PagesRead<Concept>> => readPages(root, 'docs/guide', conceptMatter);
/** @param root of the repository */
export const readQuestions = (root: string): Promise<PagesRead<Question>> =>
  readPages(root, 'docs/interview', questionMatter);
/** Questions of somebody's own, in any folder; none when it does not exist. */
export const readQuestionsIn = (folder: string): Promise<PagesRead<Question>> =>
  readPages(folder, '', ownQuestionMatter);
/** @param root of the repository */
export const readClaims = (root: string): Promise<PagesRead<Claim>> => readPages(root, 'docs/claims', claimMatter);

type Matter = z.ZodType<{ id: string }>;
type PageOf<M extends Matter> = z.output<M> & { readonly file: string; readonly text: string };

async function readPages<M extends Matter>(root: string, folder: string, matter: M): Promise<PagesRead<PageOf<M>>> {
  const names = await readdir(path.join(root, folder)).catch(() => []);
  const pages: PageOf<M>[] = [];
  const problems: Problem[] = [];
  for (const name of names.sort()) {
    const file = folder === '' ? name : `${folder}/${name}`;
    const page = name.endsWith('.md')
      ? parsePage(file, await readFile(path.join(root, file), 'utf8'), matter)
      : 'is a stray file: only .md pages belong here';
    if (typeof page === 'string') problems.push({ file, message: page });
    else if (`${page.id}.md` !== name)
      problems.push({ file, message: `has the id "${page.id}"; expected the name of the file` });
    else pages.push(page);
  }
  return { pages, problems };
}

/** @returns the page, or what is wrong with it */
function parsePage<M extends Matter>(file: string, content: string, matter: M): PageOf<M> | string {
  const [, head, text = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(content) ?? [];
  if (head === undefined) return 'has no front matter: expected it to start with "---", id, title and "---"';
  let values: unknown;
  try {
    values = parse(head);
  } catch (error) {
    return `has front matter that is not YAML: ${error instanceof Error ? error.message : String(error)}`;
  }
  const parsed = matter.safeParse(values);
  if (!parsed.success) {
    return `has wrong front matter: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`;
  }
  if (text.trim() === '') return 'is empty';
  return { ...parsed.data, file, text };
}
