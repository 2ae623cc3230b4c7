import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Problem } from './problem.js';

const ids = z.array(z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/));
const frontMatter = z.strictObject({
  id: z.string(),
  title: z.string().min(1),
  /** Concepts that a question or a claim belongs to. */
  concepts: ids.optional(),
  /** Where in the code it can be seen, relative to the repository's root. */
  code: z.array(z.string()).optional(),
});

/** A page of the docs that scenarios refer to. */
export interface Page {
  readonly file: string;
  readonly id: string;
  readonly concepts: readonly string[];
  readonly code: readonly string[];
  readonly text: string;
}

/** The pages of a folder under `docs/`, and what is wrong with its files. */
export async function readPages(
  root: string,
  folder: string,
): Promise<{ readonly pages: readonly Page[]; readonly problems: readonly Problem[] }> {
  const names = await readdir(path.join(root, folder)).catch(() => []);
  const pages: Page[] = [];
  const problems: Problem[] = [];
  for (const name of names.sort()) {
    const file = `${folder}/${name}`;
    const page = name.endsWith('.md') ? await readPage(root, file) : 'is a stray file: only .md pages belong here';
    if (typeof page === 'string') problems.push({ file, message: page });
    else if (`${page.id}.md` !== name)
      problems.push({ file, message: `has the id "${page.id}"; expected the name of the file` });
    else pages.push(page);
  }
  return { pages, problems };
}

/** @returns the page, or what is wrong with it */
async function readPage(root: string, file: string): Promise<Page | string> {
  const text = await readFile(path.join(root, file), 'utf8');
  const [, head, body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
  if (head === undefined) return 'has no front matter: expected it to start with "---", id, title and "---"';
  let values: unknown;
  try {
    values = parse(head);
  } catch (error) {
    return `has front matter that is not YAML: ${error instanceof Error ? error.message : String(error)}`;
  }
  const parsed = frontMatter.safeParse(values);
  if (!parsed.success) {
    return `has wrong front matter: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`;
  }
  if (body.trim() === '') return 'is empty';
  const { id, concepts = [], code = [] } = parsed.data;
  return { file, id, concepts, code, text: body };
}
