import { expect, it } from 'vitest';
import { FrameReader } from './container-log.js';

const frame = (time: string, text: string): Buffer => {
  const body = Buffer.from(`${time} ${text}`);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
};
const at = (n: number): string => `2026-01-01T00:00:00.00000000${String(n)}Z`;

it('takes frames apart, however they are cut', () => {
  const reader = new FrameReader();
  const all = Buffer.concat([frame(at(1), 'one\n'), frame(at(2), 'two\n')]);
  const cut = all.length - 3;
  expect(reader.push(all.subarray(0, cut)).toString()).toBe('one\n');
  expect(reader.push(all.subarray(cut)).toString()).toBe('two\n');
  expect(reader.first).toBe(at(1));
});

it('passes over what the stream before had, and keeps the parts of a long line, which have one time', () => {
  const reader = new FrameReader();
  reader.push(Buffer.concat([frame(at(1), 'one\n'), frame(at(2), 'a long ')]));
  expect(reader.push(frame(at(2), 'line\n')).toString()).toBe('line\n');
  reader.begin();
  expect(reader.push(Buffer.concat([frame(at(2), 'line\n'), frame(at(3), 'three\n')])).toString()).toBe('three\n');
});
