import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StackState } from './state-file.js';
import { readState, stateFileOf, updateProcess, writeState } from './state-file.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'quickbite-state-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const state: StackState = {
  version: 1,
  id: 'lab',
  mode: 'process',
  phase: 'up',
  lifetime: 'kept',
  createdAt: '2026-01-01T00:00:00.000Z',
  owner: { pid: 1, startedAt: 'x' },
  secrets: { lab: 'key' },
  processes: [
    { name: 'web', kind: 'service', port: 3000, extraPorts: {}, wanted: 'running', pid: 7, startedAt: 'then' },
  ],
  absentPorts: {},
  links: [],
};

describe('the state file', () => {
  it('reads what was written, and leaves no draft', () => {
    writeState(folder, state);
    expect(readState(folder)).toEqual(state);
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it.skipIf(process.platform === 'win32')('can be read by its owner only: it holds secrets', () => {
    writeState(folder, state);
    expect(statSync(stateFileOf(folder)).mode & 0o777).toBe(0o600);
  });

  it('is undefined when there is none', () => {
    expect(readState(join(folder, 'nowhere'))).toBeUndefined();
  });

  it('changes one process from what the file says now, and forgets what is set to undefined', () => {
    writeState(folder, state);
    updateProcess(folder, 'web', { wanted: 'paused' });
    const record = updateProcess(folder, 'web', { pid: undefined });
    expect(record).toMatchObject({ wanted: 'paused', port: 3000 });
    expect(readState(folder)?.processes[0]).not.toHaveProperty('pid');
  });

  it('refuses to record anything once the stack is gone', () => {
    expect(() => updateProcess(folder, 'web', { wanted: 'paused' })).toThrow('has been taken down meanwhile');
  });

  it.each([
    ['cut short', '{"version": 1', /JSON|position|property/],
    ['of a later version', JSON.stringify({ ...state, version: 2 }), /version/],
    ['with a port out of range', JSON.stringify({ ...state, processes: [{ ...state.processes[0], port: 0 }] }), /port/],
  ])('%s: names the file, what is wrong, and the way out', (_, text, wrong) => {
    writeFileSync(stateFileOf(folder), text);
    let error: unknown;
    try {
      readState(folder);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({
      name: 'ExpectedError',
      next: expect.stringContaining('--force') as string,
      details: expect.arrayContaining([stateFileOf(folder), expect.stringMatching(wrong)]) as string[],
    });
  });
});
