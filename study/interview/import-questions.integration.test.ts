import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ExpectedError } from '@quickbite/runtime/errors';
import { defaultContext } from '@quickbite/runtime/stack';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { importQuestions, readBank } from './index.js';

const { root } = defaultContext();
let folder = '';
let home = '';
let from = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'quickbite-import-'));
  home = path.join(folder, 'home');
  from = path.join(folder, 'questions');
  mkdirSync(from);
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (id: string, more = 'keyPoints: [{ point: So it is, weight: 3 }]\n'): void =>
  writeFileSync(
    path.join(from, `${id}.md`),
    `---\nid: ${id}\ntitle: Ours\ntopic: data\nlevel: mid\nkind: explain\nminutes: 2\n${more}---\n\nText.\n`,
  );
const take = (replace = false) => importQuestions(from, { root, home, replace });
const refusal = async (replace = false): Promise<ExpectedError> => {
  const error = await take(replace).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ExpectedError) return error;
  throw new Error('it was not refused', { cause: error });
};

test("a team's questions are asked like ours, and replaced only when that is wanted", async () => {
  put('our-question');
  expect(await take()).toEqual({ added: ['our-question'], replaced: [] });
  const bank = await readBank({ root, home });
  expect(bank.find(({ id }) => id === 'our-question')).toMatchObject({ own: true, minutes: 2 });
  expect(bank.filter(({ own }) => !own).length).toBeGreaterThan(50);
  expect((await refusal()).details.join()).toContain('was imported before');
  expect(await take(true)).toEqual({ added: [], replaced: ['our-question'] });
});

test.each([
  ['without key points', 'our-question', '', 'keyPoints:'],
  ['with a key that nobody knows', 'our-question', 'mood: good\n', 'wrong front matter'],
  ['with an id of ours', 'explain-circuit-breaker', undefined, 'is a question of QuickBite'],
])('a question %s is refused, and with it all of the folder', async (_name, id, more, says) => {
  put('a-good-one');
  put(id, more);
  const { message, details } = await refusal(true);
  expect(message).toContain('Nothing was imported');
  expect(details.join('\n')).toContain(`${id}.md`);
  expect(details.join('\n')).toContain(says);
  expect(readdirSync(folder)).toEqual(['questions']);
});

test('an empty folder, and one that is not there, are refused', async () => {
  expect((await refusal()).details).toEqual(['no .md file is in it']);
  rmSync(from, { recursive: true });
  expect((await refusal()).message).toContain('neither a folder nor a .md file');
});
