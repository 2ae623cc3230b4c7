import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLab, repository } from './lab.js';
import { noTerminal, openTerminal } from './terminal-session.js';
import type { TerminalSession } from './terminal-session.js';

const MAIN = [process.execPath, join(repository, 'cli', 'dist', 'main.js')];
const ESCAPE = '\u001B[';
let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'quickbite-learn-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Listed {
  readonly id: string;
  readonly readAt: string | null;
}

describe('piped', () => {
  test('the map, the course and a page end by themselves, without colours, and count nothing as read', async () => {
    using lab = openLab();
    for (const args of [['learn'], ['learn', 'path'], ['learn', 'circuit-breaker'], ['learn', 'path', '--next']]) {
      const { code, stdout, stderr } = await lab.run(...args);
      expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toContain(ESCAPE);
      expect(stdout.split('\n').length).toBeGreaterThan(30);
    }
    expect(readdirSync(lab.home)).not.toContain('study');
  });

  test('a concept that does not exist is refused, with the one that was probably meant', async () => {
    using lab = openLab();
    const { code, stdout, stderr } = await lab.run('learn', 'circuit-braker');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('There is no concept "circuit-braker".');
    expect(stderr).toContain('Did you mean "quickbite learn circuit-breaker"?');
  });

  test('--json says what each concept has, read or not', async () => {
    using lab = openLab();
    const { stdout } = await lab.run('learn', '--json');
    const listed = JSON.parse(stdout) as Listed[];
    expect(listed.map(({ id }) => id)).toContain('circuit-breaker');
    expect(listed.filter(({ readAt }) => readAt !== null)).toEqual([]);
  });
});

describe.skipIf(noTerminal !== undefined)('on a terminal', () => {
  const open = (args: readonly string[], columns = 80, env: Record<string, string> = {}): TerminalSession =>
    openTerminal([...MAIN, ...args], { columns, rows: 24, cwd: repository, env: { QUICKBITE_HOME: home, ...env } });

  test.each([80, 160])(
    'a page opens in the pager at its beginning, %i columns wide, and its end leads on',
    async (columns) => {
      using terminal = open(['learn', 'circuit-breaker'], columns, { PAGER: 'less' });
      await terminal.sees(/^Circuit breaker\n─+\n/);
      terminal.press('G');
      await terminal.sees('quickbite scenario circuit-breaker');
      await terminal.sees('next on the course');
      expect(terminal.output()).toContain(ESCAPE);
      terminal.press('q');
      expect(await terminal.ended).toBe(0);
    },
  );

  test('a page that was shown is read, and the course goes on behind it', async () => {
    using lab = openLab();
    const run = async (...args: string[]): Promise<string> => {
      using terminal = openTerminal([...MAIN, ...args, '--no-pager'], {
        ...{ columns: 80, rows: 24, cwd: repository },
        env: { QUICKBITE_HOME: lab.home },
      });
      expect(await terminal.ended).toBe(0);
      return terminal.output();
    };
    const nextOf = async (): Promise<string> =>
      (JSON.parse((await lab.run('learn', 'path', '--json')).stdout) as { next: string }).next;
    const first = await nextOf();
    await run('learn', 'path', '--next');
    const second = await nextOf();
    expect(second).not.toBe(first);
    await run('learn', second);
    expect([first, second]).not.toContain(await nextOf());
    const { stdout } = await lab.run('learn', '--json');
    const read = (JSON.parse(stdout) as Listed[]).filter(({ readAt }) => readAt !== null).map(({ id }) => id);
    expect(read.toSorted()).toEqual([first, second].toSorted());
  });

  test('NO_COLOR is obeyed', async () => {
    using terminal = open(['learn', 'circuit-breaker', '--no-pager'], 80, { NO_COLOR: '1' });
    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).not.toContain(ESCAPE);
    expect(terminal.output()).toContain('Circuit breaker');
  });

  test('without a pager everything is printed', async () => {
    using terminal = open(['learn', 'circuit-breaker'], 80, { PAGER: 'no-such-pager' });
    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toContain('Circuit breaker');
    expect(terminal.output()).toContain('next on the course');
  });

  test('leaving the pager before the end is no error', async () => {
    using terminal = open(['learn'], 80, { PAGER: 'less' });
    await terminal.sees('The guide: 0 of');
    terminal.press('q');
    expect(await terminal.ended).toBe(0);
  });
});
