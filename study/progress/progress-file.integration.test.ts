import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ExpectedError } from '@quickbite/runtime/errors';
import { defaultContext } from '@quickbite/runtime/stack';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { someAnswer } from '../testing/some-answer.js';
import { addAnswer, addSession, latestAnswers, markRead, progressFile, readProgress } from './index.js';

// In the checkout, so that the packages that it imports are found.
const program = mkdtempSync(path.join(defaultContext().root, '.cache', 'answering-'));
const answering = path.join(program, 'answering.mjs');
beforeAll(async () => {
  await build({
    entryPoints: [path.join(import.meta.dirname, '..', 'testing', 'answering.ts')],
    outfile: answering,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    external: ['zod', 'undici', 'bson', 'amqplib', 'dockerode'],
    logLevel: 'error',
  });
});
afterAll(() => rmSync(program, { recursive: true }));

let home: string;
beforeEach(() => (home = mkdtempSync(path.join(tmpdir(), 'quickbite-progress-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const NOON = new Date('2026-01-31T12:00:00Z');
const put = (content: unknown): string => {
  mkdirSync(path.dirname(progressFile(home)), { recursive: true });
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(progressFile(home), text);
  return text;
};
const refusal = (work: Promise<unknown>): Promise<ExpectedError> =>
  work.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => (error instanceof ExpectedError ? error : Promise.reject(error as Error)),
  );

describe('progress', () => {
  it('is empty before anything was done, and reading writes nothing', async () => {
    expect(await readProgress(home)).toMatchObject({ read: {}, answers: [], sessions: [] });
    expect(readdirSync(home)).toEqual([]);
  });

  it('replaces the file whole: who has opened it reads on in the old one', async () => {
    await addAnswer(home, someAnswer('first'));
    const before = readFileSync(progressFile(home), 'utf8');
    const opened = await open(progressFile(home));
    try {
      await addAnswer(home, someAnswer('second'));
      expect(await opened.readFile('utf8')).toBe(before);
    } finally {
      await opened.close();
    }
    expect((await readProgress(home)).answers).toHaveLength(2);
  });

  it('keeps what was read, answered and rehearsed', async () => {
    const session = {
      id: 's1',
      kind: 'mixed',
      startedAt: NOON.toISOString(),
      endedAt: NOON.toISOString(),
      report: 'r.md',
    } as const;
    await markRead(home, 'circuit-breaker', NOON);
    await addAnswer(home, someAnswer('explain-circuit-breaker', { rating: 'again' }));
    await addAnswer(home, someAnswer('explain-circuit-breaker', { rating: 'easy' }));
    await addSession(home, session);
    const progress = await readProgress(home);
    expect(progress).toMatchObject({ read: { 'circuit-breaker': '2026-01-31T12:00:00.000Z' }, sessions: [session] });
    expect(progress.answers).toHaveLength(2);
    expect(latestAnswers(progress).get('explain-circuit-breaker')).toMatchObject({ rating: 'easy' });
    expect(readdirSync(path.dirname(progressFile(home)))).toEqual(['progress.json']);
  });

  it('keeps fields that it does not know', async () => {
    put({ version: 1, read: {}, answers: [{ ...someAnswer('q'), mood: 'good' }], sessions: [], theme: 'dark' });
    await markRead(home, 'jwt', NOON);
    expect(await readProgress(home)).toMatchObject({
      theme: 'dark',
      answers: [{ mood: 'good' }],
      read: { jwt: NOON.toISOString() },
    });
  });

  it('of a newer version is refused in words, left as it is, and kept beside', async () => {
    const text = put({ version: 2, everything: 'different' });
    for (const work of [
      () => readProgress(home),
      () => markRead(home, 'jwt', NOON),
      () => addAnswer(home, someAnswer('q')),
    ]) {
      const error = await refusal(work());
      expect(error.message).toContain('newer QuickBite (version 2');
      expect(error.next).toContain('Update QuickBite');
    }
    expect(readFileSync(progressFile(home), 'utf8')).toBe(text);
    const folder = path.dirname(progressFile(home));
    const copies = readdirSync(folder).filter((name) => name.includes('.kept-'));
    expect(copies).toHaveLength(1);
    expect(readFileSync(path.join(folder, copies[0]!), 'utf8')).toBe(text);
  });

  it.each([
    ['half of a file', '{"version":1,"read":{},"answ', 'not JSON'],
    ['an empty file', '', 'not JSON'],
    ['something else', '[1,2]', 'damaged'],
    ['an answer without a rating', { version: 1, read: {}, answers: [{ question: 'q' }], sessions: [] }, 'damaged'],
  ])('that is damaged, %s, is refused in words and never overwritten', async (_name, content, problem) => {
    const text = put(content);
    const error = await refusal(markRead(home, 'jwt', NOON));
    expect(error.message).toContain(problem);
    expect(error.details.join('\n')).toContain(progressFile(home));
    expect(readFileSync(progressFile(home), 'utf8')).toBe(text);
    expect(existsSync(`${progressFile(home)}.lock`)).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)('in a folder that may not be written is refused with what to do', async () => {
    chmodSync(home, 0o500);
    expect((await refusal(markRead(home, 'jwt', NOON))).next).toContain('QUICKBITE_HOME');
    chmodSync(home, 0o700);
  });
});

/** Starts a process that adds answers; `saved` are those that it was told are written. */
function startAnswering(name: string, count: number) {
  const child = spawn(process.execPath, [answering, home, name, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const saved: string[] = [];
  const lines = createInterface(child.stdout).on('line', (line) => saved.push(line));
  const ended = Promise.all([once(child, 'close'), once(lines, 'close')]);
  return { child, saved, lines, ended };
}

/** Waits until the file, or a draft of it, has begun to be written. */
async function nextWrite(): Promise<void> {
  const watcher = watch(path.dirname(progressFile(home)));
  try {
    for (;;) {
      const [, name] = (await once(watcher, 'change')) as [string, string];
      if (name.startsWith('progress.json') && !name.includes('.lock')) return;
    }
  } finally {
    watcher.close();
  }
}

describe('several processes', () => {
  it('that write at once lose nothing', async () => {
    const writers = ['a', 'b', 'c'].map((name) => startAnswering(name, 15));
    await Promise.all(writers.map(({ ended }) => ended));
    const { answers } = await readProgress(home);
    expect(answers).toHaveLength(45);
    expect(new Set(answers.map(({ question }) => question))).toEqual(new Set(writers.flatMap(({ saved }) => saved)));
  });

  it('that are killed while they write lose nothing that they were told is saved, and block nobody', async () => {
    const told: string[] = [];
    // Large, so that a write takes long enough to be met in its middle.
    const answers = Array.from({ length: 3000 }, (_, n) => someAnswer(`old-${String(n)}`));
    put({ version: 1, read: {}, answers, sessions: [] });
    for (let round = 0; round < 5; round += 1) {
      const writer = startAnswering(`round${String(round)}`, 10_000);
      while (writer.saved.length < 3 && writer.child.exitCode === null) {
        await Promise.race([once(writer.lines, 'line'), writer.ended]);
      }
      await nextWrite();
      writer.child.kill('SIGKILL');
      await writer.ended;
      expect(writer.child.signalCode).toBe('SIGKILL');
      told.push(...writer.saved);
      const questions = new Set((await readProgress(home)).answers.map(({ question }) => question));
      expect(told.filter((question) => !questions.has(question))).toEqual([]);
    }
    await markRead(home, 'jwt', NOON);
    expect((await readProgress(home)).read).toHaveProperty('jwt');
  });
});
