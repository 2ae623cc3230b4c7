import { catalog } from '@quickbite/scenarios/catalog';
import { describe, expect, it } from 'vitest';
import { nearestName } from '../nearest-name.js';
import { showBootProgress } from './boot-progress.js';
import { formatDuration } from './duration.js';
import { renderError, toErrorReport } from './error-rendering.js';
import { renderLogEntry } from './log-lines.js';
import { showScenarioProgress } from './scenario-progress.js';
import { renderTable } from './table.js';
import { createTheme } from './theme.js';
import type { Theme } from './theme.js';

const plain = (text: string): string => text;
const theme: Theme = {
  ...createTheme('stdout'),
  ...{ heading: plain, strong: plain, muted: plain, ok: plain, warn: plain, bad: plain, command: plain, link: plain },
  tag: () => plain,
};

describe('a table', () => {
  it('aligns its columns, and wraps what is too long inside the last one', () => {
    const columns = [{ title: 'name' }, { title: 'port', align: 'right' as const }, { title: 'note' }];
    const long = 'word '.repeat(40).trim();
    const lines = renderTable(theme, columns, [
      ['redis', '6379', long],
      ['api', '80', 'short'],
    ]).split('\n');
    expect(lines[0]).toBe('name   port  note');
    expect(lines.at(-1)).toBe('api      80  short');
    expect(lines.length).toBeGreaterThan(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('wraps the widest column where words are short enough for what the others leave', () => {
    const sentence = 'apps that know where things stand after the gateway died'.repeat(2);
    const columns = [{ title: 'check' }, { title: 'run' }, { title: 'measured' }];
    const lines = renderTable(theme, columns, [[sentence, 'x'.repeat(30), '4']]).split('\n');
    expect(lines.slice(1).join(' ').replaceAll(/\s+/g, ' ')).toContain('x'.repeat(30));
    expect(lines.length).toBeGreaterThan(2);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

describe('the progress of a run', () => {
  it('names once what all variants set alike, and goes on further in where a line is longer than the screen', () => {
    const scenario = catalog.find(({ id }) => id === 'cache-patterns');
    if (!scenario) throw new Error('expected the scenario cache-patterns');
    let written = '';
    const screen = { isTTY: false, columns: 80, write: (text: string) => (written += text) };
    const { onProgress, end } = showScenarioProgress(scenario.withSettings([]), theme, screen, { CI: 'true' });
    const knobs = { 'restaurant-service': { 'cache.pattern': 'aside', 'cache.timeoutMs': 5000 } };
    onProgress({ type: 'preflight-started' });
    onProgress({ type: 'variant-started', arm: 'defended', variant: 'aside', knobs });
    const description =
      'restaurant-service is restarted after a crash: its connections are closed, its memory is empty';
    const plan = { fault: 'restart' as const, target: 'restaurant-service', graceful: false };
    onProgress({ type: 'fault-proved', arm: 'defended', plan, description, proof: [] });
    const numbers = { answered: 0, failed: 0, fallbacks: 0, p50: undefined, p99: undefined, peakWaiting: 0 };
    const summary = { arm: 'defended' as const, phase: 'crash', ms: 1400, offered: 0, ...numbers };
    onProgress({ type: 'phase-finished', summary });
    end();
    const lines = written.split('\n');
    expect(lines[0]).toContain('Both arms');
    expect(written.match(/cache\.timeoutMs=5000/g)).toHaveLength(1);
    expect(lines).toContain('  aside cache.pattern=aside');
    expect(lines).toContain('  crash        1.4 s');
    const [at, next] = [lines.findIndex((line) => line.includes('is restarted')), /^ {4}\S/];
    expect(lines[at + 1]).toMatch(next);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(80);
  });
});

describe('an error', () => {
  it('that is expected is a sentence, details, and a next step', () => {
    const parser = Object.assign(new Error('Nonexistent flag: --x\nSee more help with --help'), { oclif: { exit: 2 } });
    const report = toErrorReport(parser, 'quickbite up');
    expect(report).toMatchObject({ exitCode: 2 });
    expect(renderError(report, theme)).toBe(
      `${theme.symbols.bad} Nonexistent flag: --x.\n${theme.symbols.next} See the usage with "quickbite up --help".`,
    );
  });

  it('of a flag is one sentence', () => {
    const message = 'Parsing --runs \n\tExpected an integer greater than or equal to 1 but received: 0\nSee more help';
    const parser = Object.assign(new Error(message), { oclif: { exit: 2 } });
    expect(toErrorReport(parser, 'quickbite bench')).toMatchObject({
      message: '--runs: Expected an integer greater than or equal to 1 but received: 0.',
      details: [],
    });
  });

  it('that is a defect keeps its trace and its causes', () => {
    const report = toErrorReport(new Error('outer', { cause: new Error('inner') }), 'quickbite up');
    expect(report.message).toBe('This is a defect in QuickBite: outer');
    expect(report.details).toEqual(expect.arrayContaining([expect.stringContaining('at '), 'caused by: inner']));
  });
});

describe('a log line', () => {
  const entry = {
    process: 'order-service',
    time: '2026-01-01T00:00:00.123Z',
    level: 'info',
    message: 'order created',
    correlationId: 'c-1',
    fields: { orderId: 'a1', note: 'two words', total: { amount: 5 } },
  };

  it('has time, process, level, message, fields and the correlation id', () => {
    expect(renderLogEntry(entry, theme)).toMatch(
      /^\d\d:\d\d:00\.123 order-service {8}info {2}order created orderId=a1 note="two words" total=\{"amount":5\} c-1$/,
    );
  });

  it('shows an error with its stack below', () => {
    const failed = { ...entry, fields: { error: { message: 'no', stack: 'Error: no\n    at here' } } };
    expect(renderLogEntry(failed, theme).split('\n').slice(1)).toEqual(['    Error: no', '        at here']);
  });
});

describe('boot progress', () => {
  const planned = [{ name: 'redis', port: 6379, source: 'embedded' as const, movedFrom: undefined }];
  const run = (isTTY: boolean, env: NodeJS.ProcessEnv): string => {
    let written = '';
    const progress = showBootProgress(theme, { isTTY, columns: 80, write: (text) => (written += text) }, env);
    progress.onProgress({ type: 'planned', processes: planned });
    progress.onProgress({ type: 'starting', name: 'redis' });
    progress.onProgress({ type: 'ready', name: 'redis', ms: 412 });
    progress.end();
    return written;
  };

  it('is one line a process when piped, in CI and on a dumb terminal', () => {
    const line = `${theme.symbols.ok} redis ready on 6379 embedded, 412 ms\n`;
    expect(run(false, {})).toBe(line);
    expect(run(true, { CI: 'true' })).toBe(line);
    expect(run(true, { TERM: 'dumb' })).toBe(line);
  });

  it('redraws itself on a terminal and leaves nothing there', () => {
    const written = run(true, { TERM: 'xterm' });
    expect(written).toContain('redis');
    expect(written.endsWith('\r\u001B[1A\u001B[0J')).toBe(true);
  });
});

it.each([
  [840, '840 ms'],
  [3210, '3.2 s'],
  [4 * 60_000, '4 min'],
  [125 * 60_000, '2 h 5 min'],
  [76 * 3_600_000, '3 d 4 h'],
])('%i ms are %s', (ms, words) => expect(formatDuration(ms)).toBe(words));

describe('the nearest name', () => {
  it('is the one with a typing error, and none for a different word', () => {
    expect(nearestName('oder-service', ['order-service', 'user-service'])).toBe('order-service');
    expect(nearestName('kubernetes', ['up', 'down', 'status'])).toBeUndefined();
    expect(nearestName('x', [])).toBeUndefined();
  });

  it('is the shortest of which a part was given', () => {
    const known = ['retries-and-backoff-in-queues', 'retries-and-backoff', 'caching'];
    expect(nearestName('retries', known)).toBe('retries-and-backoff');
    expect(nearestName('tr', known)).toBeUndefined();
  });
});
