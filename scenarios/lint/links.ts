import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from './problem.js';

/** Relative links of a page that lead nowhere, or to a heading that its target does not have. */
export function brokenLinks(root: string, page: { readonly file: string; readonly text: string }): readonly Problem[] {
  return [...page.text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)]
    .map(([, target = '', heading]) => ({ target, heading }))
    .filter(({ target }) => !/^[a-z]+:/.test(target))
    .flatMap(({ target, heading }) => {
      const at = target === '' ? path.join(root, page.file) : path.resolve(root, path.dirname(page.file), target);
      if (!existsSync(at)) return [{ file: page.file, message: `links to a file that does not exist: ${target}` }];
      if (heading === undefined || !at.endsWith('.md') || headingsOf(at).includes(heading)) return [];
      return [{ file: page.file, message: `links to a heading that does not exist: ${target}#${heading}` }];
    });
}

/** The headings of a page, as links name them. */
function headingsOf(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
}
