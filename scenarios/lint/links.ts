import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from './problem.js';

/** Relative links of a page that lead nowhere. */
export function brokenLinks(root: string, page: { readonly file: string; readonly text: string }): readonly Problem[] {
  return [...page.text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(path.resolve(root, path.dirname(page.file), target)))
    .map((target) => ({ file: page.file, message: `links to a file that does not exist: ${target}` }));
}
