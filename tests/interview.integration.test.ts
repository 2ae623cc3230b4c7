import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProgress } from '@quickbite/study/progress';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLab, repository } from './lab.js';
import { noTerminal, openTerminal } from './terminal-session.js';
import type { TerminalSession } from './terminal-session.js';

const MAIN = [process.execPath, join(repository, 'cli', 'dist', 'main.js')];
const ENTER = '\r';
const SPACE = ' ';
const DOWN = '\u001B[B';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'quickbite-interview-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('without a terminal', () => {
  test.each(['drill', 'mock'])('%s refuses in words instead of waiting', async (command) => {
    using lab = openLab();
    const { code, stdout, stderr } = await lab.run('interview', command);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`"quickbite interview ${command}" needs a terminal`);
    expect(existsSync(join(lab.home, 'study'))).toBe(false);
  });

  test.each([[[]], [['stats']], [['evidence', 'explain-circuit-breaker']], [['export']], [['export', '--as', 'anki']]])(
    'interview %j ends by itself, without colours',
    async (args) => {
      using lab = openLab();
      const { code, stdout, stderr } = await lab.run('interview', ...args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toContain('\u001B[');
      expect(stdout.length).toBeGreaterThan(100);
    },
  );

  test('prove passes options on to the scenario, which refuses those that it does not have', async () => {
    using lab = openLab();
    const { code, stdout, stderr } = await lab.run(
      'interview',
      'prove',
      'explain-circuit-breaker',
      '--seed',
      '7',
      '--sed',
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '$ quickbite scenario circuit-breaker\n\n' });
    expect(stderr).toContain('Nonexistent flag: --sed.');
    expect(stderr).toContain('"quickbite scenario --help"');
  });

  test('a question that does not exist is refused, with the one that was probably meant', async () => {
    using lab = openLab();
    const { code, stderr } = await lab.run('interview', 'evidence', 'explain-circuit-braker');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "explain-circuit-breaker"?');
  });
});

describe.skipIf(noTerminal !== undefined)('on a terminal', () => {
  const openWith = (env: Readonly<Record<string, string>>, ...args: string[]): TerminalSession =>
    openTerminal([...MAIN, 'interview', ...args], {
      columns: 100,
      rows: 50,
      cwd: repository,
      env: { QUICKBITE_HOME: home, ...env },
    });
  const open = (...args: string[]): TerminalSession => openWith({}, ...args);

  test('a drill hides the answer until the attempt, suggests what was made, and keeps what was confirmed', async () => {
    using terminal = open('drill', 'what-makes-a-request-idempotent');
    await terminal.sees(/^>/m);
    expect(terminal.screen()).toContain('A POST timed out. May the client send it again?');
    expect(terminal.screen()).not.toContain('In half a minute');
    expect(terminal.screen()).not.toContain('idempotency key');
    terminal.press(`The client sends the same idempotency key again.${ENTER}`);
    terminal.press(ENTER);
    await terminal.sees('Ticked: what was found');
    // The second point was found; the candidate adds the first.
    await terminal.sees(/◉ The client sends the same idempotency key/);
    expect(terminal.screen()).toMatch(/◯ The timeout says nothing/);
    terminal.press(SPACE);
    await terminal.sees(/◉ The timeout says nothing/);
    terminal.press(ENTER);
    await terminal.sees('Did you say any of these?');
    terminal.press(ENTER);
    await terminal.sees('That is all.');
    expect(terminal.screen()).toMatch(/\d+ % covered, rated again/);
    expect(terminal.output()).toContain('In half a minute');
    expect(await terminal.ended).toBe(0);
    const { answers } = await readProgress(home);
    expect(answers).toMatchObject([
      {
        question: 'what-makes-a-request-idempotent',
        how: 'typed',
        text: 'The client sends the same idempotency key again.',
        rating: 'again',
      },
    ]);
    expect(answers[0]?.covered).toHaveLength(2);
    expect(answers[0]?.mistakes).toEqual([]);
  });

  test('an answer is written in the editor, and judged as if it had been typed', async () => {
    const editor = join(home, 'editor');
    const answer = 'The client sends the same idempotency key again.';
    writeFileSync(editor, `#!/bin/sh\nprintf '%s' '${answer}' > "$1"\n`, { mode: 0o755 });
    using terminal = openWith({ VISUAL: editor }, 'drill', 'what-makes-a-request-idempotent', '--answer', 'editor');
    await terminal.sees(/◉ The client sends the same idempotency key/);
    terminal.press(ENTER);
    await terminal.sees('Did you say any of these?');
    terminal.press(ENTER);
    expect(await terminal.ended).toBe(0);
    expect((await readProgress(home)).answers).toMatchObject([{ how: 'typed', text: answer }]);
  });

  test('an editor that is not there is refused before anything is asked', async () => {
    using terminal = openWith({ VISUAL: 'no-such-editor --wait' }, 'drill', '--answer', 'editor');
    expect(await terminal.ended).toBe(2);
    expect(terminal.output()).toContain('The editor "no-such-editor --wait" (VISUAL) is not there.');
    expect(terminal.output()).not.toContain('1 of');
  });

  test('Ctrl-C while an answer is typed ends the drill and keeps nothing of it; Ctrl-D ends the answer', async () => {
    using stopped = open('drill', 'what-makes-a-request-idempotent');
    await stopped.sees(/^>/m);
    stopped.press(`It may be sent twice${ENTER}${CTRL_C}`);
    expect(await stopped.ended).toBe(130);
    expect(stopped.output()).not.toContain('Which of these did you say?');
    expect((await readProgress(home)).answers).toEqual([]);
    using ended = open('drill', 'what-makes-a-request-idempotent');
    await ended.sees(/^>/m);
    ended.press(`It may be sent twice${ENTER}`);
    await ended.sees(/^> It may be sent twice\n>/m);
    ended.press(CTRL_D);
    await ended.sees('Which of these did you say?');
    ended.press(CTRL_C);
    expect(await ended.ended).toBe(130);
  });

  test('what was answered is kept when Ctrl-C ends the drill, which is due again', async () => {
    using terminal = open('drill', '--topic', 'caching', '--answer', 'aloud', '--new', '2');
    await terminal.sees('1 of 2');
    await terminal.sees(/0:0\d of \d:00/);
    terminal.press('p');
    await terminal.sees('paused');
    terminal.press('p');
    terminal.press(ENTER);
    await terminal.sees('Which of these did you say?');
    terminal.press('a');
    terminal.press(ENTER);
    await terminal.sees('Did you say any of these?');
    terminal.press(DOWN + SPACE + ENTER);
    await terminal.sees('Go on?');
    expect(terminal.screen()).toContain('100 % covered, rated hard');
    terminal.press(ENTER);
    await terminal.sees('2 of 2');
    terminal.press(CTRL_C);
    expect(await terminal.ended).toBe(130);
    expect(terminal.screen()).toContain('What you answered before is kept');
    const { answers } = await readProgress(home);
    expect(answers).toMatchObject([{ how: 'aloud', rating: 'hard', missed: [] }]);
    expect(answers[0]?.mistakes).toHaveLength(1);
  });

  test('a mixed round asks on about what was missed, and writes a report', async () => {
    using terminal = open('mock', '--question', 'what-is-a-dead-letter-queue');
    await terminal.sees('question 1 of 1');
    terminal.press(`I do not know.${ENTER}${ENTER}`);
    await terminal.sees('Which of these did you say?');
    terminal.press(ENTER);
    await terminal.sees('Did you say any of these?');
    terminal.press(ENTER);
    await terminal.sees('follow-up');
    await terminal.sees(/^>/m);
    terminal.press(`/pause${ENTER}`);
    await terminal.sees('Paused.');
    terminal.press(ENTER);
    terminal.press(`Still nothing.${ENTER}${ENTER}`);
    await terminal.sees('Which of these did you say?');
    terminal.press(ENTER);
    await terminal.sees('Did you say any of these?');
    terminal.press(ENTER);
    await terminal.sees('The report is in');
    expect(await terminal.ended).toBe(0);
    const { answers, sessions } = await readProgress(home);
    expect(answers).toHaveLength(2);
    expect(sessions).toMatchObject([{ kind: 'mixed' }]);
    const [file = ''] = readdirSync(join(home, 'study', 'reports'));
    const report = readFileSync(join(home, 'study', 'reports', file), 'utf8');
    for (const part of ['# Mixed technical round', '### Missed', '## Read', 'quickbite learn', 'quickbite scenario'])
      expect(report).toContain(part);
  });

  test('a system design round goes through its four parts, each with its time, and rests in between', async () => {
    using terminal = open('mock', '--round', 'system-design', '--answer', 'aloud');
    const parts = [
      ['requirements', '5:00'],
      ['high-level', '10:00'],
      ['deep-dive', '20:00'],
      ['trade-offs', '10:00'],
    ] as const;
    for (const [part, time] of parts) {
      await terminal.sees(new RegExp(`${part} \\d+ min[^]*of ${time}`));
      terminal.press(ENTER);
      await terminal.sees('Which of these did you say?');
      terminal.press('a');
      await terminal.sees('◉');
      terminal.press(ENTER);
      if (part !== 'trade-offs') {
        await terminal.sees('No clock runs now.');
        terminal.press(ENTER);
      }
    }
    await terminal.sees('Did you say any of these?');
    terminal.press(ENTER);
    await terminal.sees('The report is in');
    expect(await terminal.ended).toBe(0);
    const { answers, sessions } = await readProgress(home);
    expect(answers).toMatchObject([{ how: 'aloud', missed: [], rating: 'easy' }]);
    expect(sessions).toMatchObject([{ kind: 'system-design' }]);
    expect(terminal.output()).toContain('high-level');
  });
});
