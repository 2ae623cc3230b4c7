import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../errors/index.js';
import { explainFileError, stateHome } from './state-home.js';

const refused = (code: string, syscall = 'open') =>
  Object.assign(new Error(code), { code, syscall, path: '/home/x/state' });

describe('a file operation that the machine refuses', () => {
  it.each([
    ['EACCES', 'open', 'it may not be written'],
    ['EROFS', 'open', 'the file system is read-only'],
    ['ENOSPC', 'write', 'the disk is full'],
    ['ENOTDIR', 'mkdir', 'a file is in the way'],
    ['ENOENT', 'mkdir', 'a folder cannot be created there'],
  ])('%s of %s is a sentence with a next step', (code, syscall, words) => {
    const cause = refused(code, syscall);
    const explained = explainFileError('/home/x', cause);
    expect(explained).toBeInstanceOf(ExpectedError);
    expect(explained).toMatchObject({ message: `QuickBite keeps its state in /home/x, but ${words}.`, cause });
  });

  it('is left as it is when it is a defect of ours', () => {
    const defect = refused('ENOENT', 'open');
    expect(explainFileError('/home/x', defect)).toBe(defect);
    expect(explainFileError('/home/x', 'text')).toBe('text');
  });
});

it('the state home is QUICKBITE_HOME, made absolute, or .quickbite in the home folder', () => {
  expect(stateHome({ QUICKBITE_HOME: '/srv/lab' })).toBe('/srv/lab');
  expect(stateHome({ QUICKBITE_HOME: 'lab' })).toBe(`${process.cwd()}/lab`);
  expect(stateHome({})).toMatch(/[\\/]\.quickbite$/);
});
