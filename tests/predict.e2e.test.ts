import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLab, repository, SHORTENED } from './lab.js';
import { leftovers } from './leftovers.js';
import { noTerminal, openTerminal } from './terminal-session.js';
import type { TerminalSession } from './terminal-session.js';

const MAIN = [process.execPath, join(repository, 'cli', 'dist', 'main.js')];
const PREDICT = ['scenario', 'circuit-breaker', '--predict', ...SHORTENED];
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'quickbite-predict-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('without a terminal nobody is asked, which is said, and the run goes on', async () => {
  using lab = openLab();
  const command = lab.start(...PREDICT);
  await command.says('No prediction is asked for');
  await command.says('redis ready');
  command.child.kill('SIGINT');
  expect((await command.ended).code).toBe(130);
  expect(await leftovers({ home: lab.home })).toEqual([]);
});

describe.skipIf(noTerminal !== undefined)('on a terminal', () => {
  const open = (): TerminalSession =>
    openTerminal([...MAIN, ...PREDICT], {
      ...{ columns: 100, rows: 50, cwd: repository },
      env: { QUICKBITE_HOME: home },
    });

  test('a prediction is asked for before anything is started, and compared in the end', async () => {
    using terminal = open();
    await terminal.sees('Your prediction (Enter to skip):');
    terminal.press('9\r');
    await terminal.sees(/Expected a number from 1 to \d, got "9"\./);
    expect(await leftovers({ home })).toEqual([]);
    terminal.press('2\r');
    expect(await terminal.ended, terminal.output()).toBe(0);
    const chosen = /^ {2}2 {2}(.*?)\r?$/m.exec(terminal.output())?.[1] ?? 'nothing';
    expect(terminal.output()).toMatch(/You predicted it: |You predicted "/);
    expect(terminal.output().split('You predicted').at(-1)).toContain(chosen);
    expect(await leftovers({ home })).toEqual([]);
  });

  test('Ctrl-C instead of a prediction starts nothing', async () => {
    using terminal = open();
    await terminal.sees('Your prediction');
    terminal.press(CTRL_C);
    expect(await terminal.ended).toBe(130);
    expect(terminal.output()).not.toContain('ready');
    expect(await leftovers({ home })).toEqual([]);
  });

  test('Ctrl-D leaves the prediction out', async () => {
    using terminal = open();
    await terminal.sees('Your prediction');
    terminal.press(CTRL_D);
    await terminal.sees('processes ready');
    terminal.press(CTRL_C);
    expect(await terminal.ended).toBe(130);
    expect(await leftovers({ home })).toEqual([]);
  });
});
