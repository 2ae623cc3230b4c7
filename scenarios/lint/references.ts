import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Page } from './pages.js';
import type { Problem } from './problem.js';

/** Relative links and code references of a page that lead nowhere. */
export function brokenReferences(root: string, page: Pick<Page, 'file' | 'text' | 'code'>): readonly Problem[] {
  const missingCode = page.code.filter((reference) => !existsSync(path.join(root, reference)));
  const links = [...page.text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
  const missingLinks = links
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(path.resolve(root, path.dirname(page.file), target)));
  return [
    ...missingCode.map((reference) => ({ file: page.file, message: `names code that does not exist: ${reference}` })),
    ...missingLinks.map((target) => ({ file: page.file, message: `links to a file that does not exist: ${target}` })),
  ];
}
