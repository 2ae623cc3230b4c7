import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ExpectedError } from '@quickbite/runtime/errors';
import { readQuestionsIn } from '../pages/index.js';
import type { Question } from '../pages/index.js';
import { ownQuestionsFolder, readBank } from './bank.js';

/** What came of an import. */
export interface Imported {
  readonly added: readonly string[];
  readonly replaced: readonly string[];
}

/**
 * Takes a team's own questions: all of a folder, or none when one of them is wrong.
 * @param from a folder of pages with the front matter of docs/interview, or one such page
 * @throws ExpectedError that lists what is wrong with which file
 */
export async function importQuestions(
  from: string,
  { root, home, replace }: { readonly root: string; readonly home: string; readonly replace: boolean },
): Promise<Imported> {
  const { folder, only } = await locate(from);
  const read = await readQuestionsIn(folder);
  const wanted = (file: string): boolean => only === undefined || file === only;
  const pages = read.pages.filter(({ file }) => wanted(file));
  const bank = await readBank({ root, home });
  const problems = [
    ...read.problems.filter(({ file }) => wanted(file)).map(({ file, message }) => `${file} ${message}`),
    ...pages.flatMap((question) => {
      const problem = problemOf(question, replace, bank.find(({ id }) => id === question.id)?.own);
      return problem === undefined ? [] : [`${question.file} ${problem}`];
    }),
  ];
  if (pages.length === 0 && problems.length === 0) problems.push('no .md file is in it');
  if (problems.length > 0) {
    throw new ExpectedError(`Nothing was imported from ${from}.`, {
      details: problems,
      next: 'Correct the files and import them again. docs/interview/explain-circuit-breaker.md is an example.',
      exitCode: 2,
    });
  }
  const target = ownQuestionsFolder(home);
  await mkdir(target, { recursive: true });
  for (const { file } of pages) {
    const draft = path.join(target, `${file}.new`);
    await writeFile(draft, await readFile(path.join(folder, file)));
    await rename(draft, path.join(target, file));
  }
  const known = (id: string): boolean => bank.some((card) => card.id === id);
  return {
    added: pages.filter(({ id }) => !known(id)).map(({ id }) => id),
    replaced: pages.filter(({ id }) => known(id)).map(({ id }) => id),
  };
}

async function locate(from: string): Promise<{ readonly folder: string; readonly only: string | undefined }> {
  const what = await stat(from).catch(() => undefined);
  if (what?.isDirectory()) return { folder: from, only: undefined };
  if (what?.isFile() && from.endsWith('.md')) return { folder: path.dirname(from), only: path.basename(from) };
  throw new ExpectedError(`${from} is neither a folder nor a .md file.`, {
    next: 'Give the folder that holds your questions.',
    exitCode: 2,
  });
}

function problemOf(question: Question, replace: boolean, own: boolean | undefined): string | undefined {
  if (own === false) return `has the id "${question.id}", which is a question of QuickBite: choose another`;
  if (own === true && !replace)
    return `has the id "${question.id}", which was imported before: --replace takes the new one`;
  return undefined;
}
