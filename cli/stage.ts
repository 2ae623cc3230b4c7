import type { ReadStream } from 'node:tty';

/** What a presenter can do with one key. */
type Key = 'next' | 'notes' | 'undo' | 'replay' | 'quit';

const KEYS: Readonly<Record<string, Key>> = {
  ' ': 'next',
  '\r': 'next',
  '\n': 'next',
  '\u001B[C': 'next',
  // What the remote controls of projectors send.
  '\u001B[6~': 'next',
  n: 'notes',
  u: 'undo',
  r: 'replay',
  q: 'quit',
};
const CTRL_C = '\u0003';

/** The keyboard of somebody who presents a run. */
export interface Stage extends Disposable {
  /** Waits for one of these keys; others do nothing. @throws the signal's reason when it is aborted first */
  key(wanted: readonly Key[], signal: AbortSignal): Promise<Key>;
}

/** What a stage reads its keys from. */
export type Keyboard = Pick<ReadStream, 'on' | 'off' | 'setRawMode' | 'resume' | 'pause'>;

/**
 * Listens to single keys until it is disposed of.
 * @param onUndo called for `u` at any time
 */
export function openStage(keyboard: Keyboard, onUndo: () => void): Stage {
  let taker: ((key: Key) => void) | undefined;
  const onData = (data: Buffer | string): void => {
    const pressed = data.toString();
    // In raw mode Ctrl-C comes as a key; it is made a signal again.
    if (pressed === CTRL_C) process.kill(process.pid, 'SIGINT');
    const key = KEYS[pressed];
    if (key === 'undo') onUndo();
    else if (key) taker?.(key);
  };
  keyboard.setRawMode(true);
  keyboard.on('data', onData);
  keyboard.resume();
  return {
    key: (wanted, signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          taker = undefined;
          reject(signal.reason as Error);
        };
        if (signal.aborted) {
          abort();
          return;
        }
        signal.addEventListener('abort', abort, { once: true });
        taker = (key) => {
          if (!wanted.includes(key)) return;
          taker = undefined;
          signal.removeEventListener('abort', abort);
          resolve(key);
        };
      }),
    [Symbol.dispose]: () => {
      keyboard.off('data', onData);
      keyboard.setRawMode(false);
      keyboard.pause();
    },
  };
}
