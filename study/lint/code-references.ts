import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Problem } from '@quickbite/scenarios/lint';
import type { Claim, Concept } from '../pages/index.js';

/** The code that a page names exists: the file, and in it the declaration of the symbol. */
export function lintCode(root: string, page: Concept | Claim): readonly Problem[] {
  return page.code.flatMap(({ file, symbol }) => {
    const at = path.join(root, file);
    if (!existsSync(at)) return [{ file: page.file, message: `names code that does not exist: ${file}` }];
    if (symbol === undefined || declares(file, readFileSync(at, 'utf8'), symbol)) return [];
    return [{ file: page.file, message: `names "${symbol}", which ${file} does not declare` }];
  });
}

/** Whether a text declares a name: in TypeScript as a declaration, a member or a key; elsewhere it only has to occur. */
function declares(file: string, text: string, symbol: string): boolean {
  if (!file.endsWith('.ts')) return text.includes(symbol);
  const name = symbol.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const declaration = `\\b(?:function\\*?|class|const|let|interface|type)\\s+${name}(?![\\w$])`;
  const member = `^\\s*(?:(?:static|async|readonly|get|set|override)\\s+)*(?:${name}|'${name}')\\s*(?:[?]?:|[(<=,])`;
  return new RegExp(`${declaration}|${member}`, 'm').test(text);
}
