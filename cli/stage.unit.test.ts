import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { openStage } from './stage.js';
import type { Keyboard } from './stage.js';

class Keys extends EventEmitter {
  readonly raw: boolean[] = [];
  setRawMode(on: boolean): this {
    this.raw.push(on);
    return this;
  }
  resume(): this {
    return this;
  }
  pause(): this {
    return this;
  }
  press(key: string): void {
    this.emit('data', Buffer.from(key));
  }
}

const open = (onUndo: () => void = () => undefined) => {
  const keys = new Keys();
  return { keys, stage: openStage(keys as unknown as Keyboard, onUndo) };
};
const never = new AbortController().signal;

test.each([' ', '\r', '\u001B[C', '\u001B[6~'])(
  'the key %j goes on; a key that is not asked for does nothing',
  async (key) => {
    const { keys, stage } = open();
    const pressed = stage.key(['next'], never);
    keys.press('n');
    keys.press('x');
    keys.press(key);
    expect(await pressed).toBe('next');
  },
);

test('u undoes at any time, also while another key is waited for', async () => {
  let undone = 0;
  const { keys, stage } = open(() => (undone += 1));
  keys.press('u');
  const pressed = stage.key(['next'], never);
  keys.press('u');
  keys.press(' ');
  await pressed;
  expect(undone).toBe(2);
});

test('an abort ends the waiting, and the keyboard is given back', async () => {
  const { keys, stage } = open();
  const stop = new AbortController();
  const pressed = stage.key(['next'], stop.signal);
  stop.abort(new Error('enough'));
  await expect(pressed).rejects.toThrow('enough');
  stage[Symbol.dispose]();
  expect(keys.raw).toEqual([true, false]);
  expect(keys.listenerCount('data')).toBe(0);
});
