import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CommandTable } from './commands/table.js';

const page = readFileSync(new URL('../../docs/engines/redis.md', import.meta.url), 'utf8');
const supported = page.slice(page.indexOf('## What is supported'), page.indexOf('### Memory'));
/** Words of commands' options, which the table mentions too. */
const OPTIONS = new Set(['MATCH', 'COUNT', 'NX', 'XX', 'GT', 'LT']);

it('the page on the embedded Redis lists every command that there is, and none that is not', () => {
  const listed = [...supported.matchAll(/`([A-Z][A-Z_ -]+)`/g)]
    .map(([, name = '']) => name)
    .filter((name) => !OPTIONS.has(name));
  const there = [...new CommandTable().all()].map(({ name }) => name.replace('|', ' ').toUpperCase());
  expect([...new Set(listed)].sort()).toEqual(there.sort());
});
