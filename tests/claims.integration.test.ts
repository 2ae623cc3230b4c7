import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLab, repository } from './lab.js';
import { noTerminal, openTerminal } from './terminal-session.js';

const MAIN = [process.execPath, join(repository, 'cli', 'dist', 'main.js')];
/** Measured in a moment, without an engine. */
const CLAIM = 'a-payload-can-be-read';
const ESCAPE = '\u001B[';

interface Listed {
  readonly id: string;
  readonly verdict: string | null;
}

describe('piped', () => {
  test('what is measured is in the ledger, on its own page, and in figures', async () => {
    using lab = openLab();
    const before = await lab.run('claims', '--json');
    const listed = JSON.parse(before.stdout) as readonly Listed[];
    expect(listed.length).toBeGreaterThan(100);
    expect(listed.filter(({ verdict }) => verdict !== null)).toEqual([]);

    const verified = await lab.run('claims', 'verify', CLAIM);
    expect(verified.code).toBe(0);
    expect(verified.stdout).toMatch(/^1 claim in [\d.]+ s: holds 1\n/);
    expect(verified.stderr).toContain('holds');
    expect(verified.stdout + verified.stderr).not.toContain(ESCAPE);

    const shown = await lab.run('claims', 'show', CLAIM);
    expect(shown.stdout).toContain('secret-readable: 1');
    expect(shown.stdout).toContain('by probe tokens');
    const held = await lab.run('claims', '--verdict', 'holds', '--json');
    expect((JSON.parse(held.stdout) as readonly Listed[]).map(({ id }) => id)).toEqual([CLAIM]);
  });

  test('a claim that does not exist is refused before anything is measured, with the one that was probably meant', async () => {
    using lab = openLab();
    for (const command of ['show', 'verify']) {
      const { code, stdout, stderr } = await lab.run('claims', command, 'a-payload-can-be-red');
      expect({ code, stdout }, command).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('There is no claim "a-payload-can-be-red".');
      expect(stderr).toContain(`Did you mean "${CLAIM}"?`);
    }
    const { stdout } = await lab.run('claims', '--verdict', 'depends');
    expect(stdout).toContain('No claim is like that.');
  });
});

describe.skipIf(noTerminal !== undefined)('on a terminal', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'quickbite-claims-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  test.each([80, 160])('the ledger of a topic and a claim stay inside of %i columns', async (columns) => {
    for (const args of [
      ['claims', '--topic', 'messaging'],
      ['claims', 'show', 'rabbitmq-takes-50k-a-second'],
    ]) {
      using terminal = openTerminal([...MAIN, ...args], {
        ...{ columns, rows: 60, cwd: repository },
        env: { QUICKBITE_HOME: home },
      });
      expect(await terminal.ended).toBe(0);
      expect(terminal.output()).toContain(ESCAPE);
      const lines = stripVTControlCharacters(terminal.output()).split(/\r?\n/);
      const widest = Math.max(...lines.map((line) => line.length));
      expect(widest, args.join(' ')).toBeLessThanOrEqual(columns);
    }
  });

  test('a verification shows what it measures while it does', async () => {
    using terminal = openTerminal([...MAIN, 'claims', 'verify', CLAIM], {
      ...{ columns: 80, rows: 24, cwd: repository },
      env: { QUICKBITE_HOME: home },
    });
    await terminal.sees('tokens');
    await terminal.sees(`holds  ${CLAIM}`);
    await terminal.sees('1 claim in');
    expect(await terminal.ended).toBe(0);
  });
});
