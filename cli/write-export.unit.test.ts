import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mustBeWritable } from './write-export.js';

describe('the place of a file that is to be written after long work', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quickbite-export-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is left as it was found', async () => {
    await mustBeWritable(join(folder, 'new.md'));
    expect(readdirSync(folder)).toEqual([]);

    const old = join(folder, 'old.md');
    writeFileSync(old, 'a page');
    await mustBeWritable(old);
    expect(readFileSync(old, 'utf8')).toBe('a page');
  });

  it.each([
    ['a folder that is not there', 'nowhere/page.md', 'ENOENT'],
    ['a folder itself', '.', 'EISDIR'],
  ])('is refused when it is %s', async (_, name, reason) => {
    await expect(mustBeWritable(join(folder, name))).rejects.toMatchObject({
      name: 'ExpectedError',
      message: expect.stringContaining('could not be written') as string,
      details: [expect.stringContaining(reason) as string],
      next: 'Choose another place.',
    });
  });
});
