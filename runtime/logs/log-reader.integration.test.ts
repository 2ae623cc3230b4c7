import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogEntry } from './log-entry.js';
import { followLogs, readLogs } from './log-reader.js';
import { fileLog } from './log-source.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'quickbite-logs-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const fileOf = (process: string) => join(folder, `${process}.log`);
const source = (process: string) => fileLog(process, fileOf(process));
const line = (second: number, message: string, more: object = {}) =>
  `${JSON.stringify({ timestamp: `2026-01-01T00:00:0${second}.000Z`, level: 'info', message, service: 'x', ...more })}\n`;
const messages = (entries: readonly LogEntry[]) => entries.map(({ process, message }) => `${process}: ${message}`);

describe('readLogs', () => {
  it('merges several logs by time and keeps the last entries', async () => {
    writeFileSync(fileOf('a'), line(1, 'one') + line(3, 'three'));
    writeFileSync(fileOf('b'), line(2, 'two') + line(4, 'four'));
    const all = await readLogs([source('a'), source('b')], { lines: 3 });
    expect(messages(all)).toEqual(['b: two', 'a: three', 'b: four']);
  });

  it('keeps a stack trace behind the line that it belongs to', async () => {
    writeFileSync(fileOf('a'), `${line(1, 'one')}Error: no\n    at there\n${line(5, 'five')}`);
    writeFileSync(fileOf('b'), line(2, 'two'));
    const all = await readLogs([source('b'), source('a')], { lines: 10 });
    expect(messages(all)).toEqual(['a: one', 'a: Error: no', 'a:     at there', 'b: two', 'a: five']);
  });

  it('finds the lines of one request in all logs', async () => {
    writeFileSync(fileOf('a'), line(1, 'mine', { correlationId: 'c-1' }) + line(2, 'other', { correlationId: 'c-2' }));
    writeFileSync(fileOf('b'), line(3, 'mine too', { correlationId: 'c-1', orderId: 7 }));
    const found = await readLogs([source('a'), source('b')], { lines: 10, correlationId: 'c-1' });
    expect(messages(found)).toEqual(['a: mine', 'b: mine too']);
    expect(found[1]?.fields).toEqual({ orderId: 7 });
  });

  it('has nothing to say of a process that has not logged yet', async () => {
    expect(await readLogs([source('nobody')], { lines: 10 })).toEqual([]);
  });
});

describe('followLogs', () => {
  it('gives the last lines, then each new one once it is complete, until it is stopped', async () => {
    writeFileSync(fileOf('a'), line(1, 'old') + line(2, 'last'));
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const entry of followLogs([source('a')], { lines: 1 }, stop.signal)) {
      seen.push(entry.message);
      if (entry.message === 'last') {
        const next = line(3, 'next');
        appendFileSync(fileOf('a'), next.slice(0, 20));
        setImmediate(() => appendFileSync(fileOf('a'), next.slice(20)));
      }
      if (entry.message === 'next') stop.abort();
    }
    expect(seen).toEqual(['last', 'next']);
  });
});
