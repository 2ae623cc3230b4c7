import { createInterface } from 'node:readline';
import { startClock } from '@quickbite/study/interview';
import type { Clock } from '@quickbite/study/interview';
import type { Theme } from '../presentation/theme.js';
import { stopped, writeInEditor } from './prompts.js';

/** How an answer is given. */
export const WAYS = ['typed', 'editor', 'aloud'] as const;
export type Way = (typeof WAYS)[number];

/** What was said or typed, and how long it took without pauses. */
export interface Given {
  readonly text: string | undefined;
  readonly seconds: number;
  readonly timeIsUp: boolean;
}

/** Options of `takeAnswer`. */
export interface TakeOptions {
  readonly theme: Theme;
  readonly signal: AbortSignal;
  /** The answer ends then, in seconds; undefined: nobody ends it. */
  readonly limit?: number | undefined;
  /** What a good answer takes, in seconds; only shown. */
  readonly target: number;
}

/** Waits for an answer. @throws ExpectedError when it was ended with Ctrl-C */
export function takeAnswer(way: Way, options: TakeOptions): Promise<Given> {
  switch (way) {
    case 'typed':
      return typed(options);
    case 'editor':
      return inEditor(options);
    case 'aloud':
      return aloud(options);
  }
}

const PAUSE = '/pause';

function typed({ theme, signal, limit }: TakeOptions): Promise<Given> {
  process.stdout.write(`${theme.muted(`Type your answer; an empty line ends it, ${PAUSE} stops the clock.`)}\n`);
  const clock = startClock(() => performance.now());
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const alarm = limit === undefined ? undefined : startAlarm(clock, limit, () => end(true));
    const leave = (): void => {
      alarm?.stop();
      signal.removeEventListener('abort', abort);
      terminal.close();
    };
    const end = (timeIsUp: boolean): void => {
      // What stands in the line that was not ended counts as well.
      const text = [...lines, ...(timeIsUp ? [terminal.line] : [])].join('\n').trim();
      terminal.off('close', closed);
      leave();
      if (timeIsUp) process.stdout.write(`\n${theme.warn('Time is up.')}\n`);
      resolve({ text, seconds: clock.elapsed() / 1000, timeIsUp });
    };
    const abort = (): void => {
      // Closing it would look like Ctrl-D, which is an answer.
      terminal.off('close', closed);
      leave();
      process.stdout.write('\n');
      reject(stopped());
    };
    const closed = (): void => {
      process.stdout.write('\n');
      end(false);
    };
    terminal.once('SIGINT', abort);
    signal.addEventListener('abort', abort, { once: true });
    terminal.on('line', (line) => {
      if (clock.paused) clock.resume();
      else if (line.trim() === PAUSE) {
        clock.pause();
        process.stdout.write(`${theme.warn('Paused.')} Enter goes on.\n`);
      } else if (line.trim() === '') {
        end(false);
        return;
      } else lines.push(line);
      terminal.prompt();
    });
    // Ctrl-D ends an answer as an empty line does.
    terminal.once('close', closed);
    terminal.prompt();
  });
}

async function inEditor({ signal, limit }: TakeOptions): Promise<Given> {
  const clock = startClock(() => performance.now());
  const text = (await writeInEditor('Your answer', signal)).trim();
  const seconds = clock.elapsed() / 1000;
  return { text, seconds, timeIsUp: limit !== undefined && seconds > limit };
}

const CTRL_C = '\u0003';

function aloud({ theme, signal, limit, target }: TakeOptions): Promise<Given> {
  process.stdout.write(`${theme.muted('Answer aloud. Enter: done   p: pause')}\n`);
  const clock = startClock(() => performance.now());
  const draw = (): void => {
    const seconds = clock.elapsed() / 1000;
    const text = `${countOf(seconds)} of ${countOf(limit ?? target)}${clock.paused ? '  paused, p goes on' : ''}`;
    process.stdout.write(`\r\u001B[2K${seconds > target ? theme.warn(text) : theme.strong(text)}`);
  };
  return new Promise((resolve, reject) => {
    const alarm = limit === undefined ? undefined : startAlarm(clock, limit, () => end(true));
    const ticking = setInterval(draw, 1000);
    const leave = (): void => {
      alarm?.stop();
      clearInterval(ticking);
      process.stdin.off('data', onKey);
      signal.removeEventListener('abort', abort);
      process.stdin.setRawMode(false);
      process.stdin.pause();
      process.stdout.write('\n');
    };
    const end = (timeIsUp: boolean): void => {
      leave();
      if (timeIsUp) process.stdout.write(`${theme.warn('Time is up.')}\n`);
      resolve({ text: undefined, seconds: clock.elapsed() / 1000, timeIsUp });
    };
    const abort = (): void => {
      leave();
      reject(stopped());
    };
    const press = (key: string): void => {
      if (key === CTRL_C) abort();
      else if (key === '\r' || key === '\n') end(false);
      else if (key === 'p') {
        if (clock.paused) clock.resume();
        else clock.pause();
        draw();
      }
    };
    // Keys that are pressed quickly come together.
    const onKey = (data: Buffer): void => [...data].forEach((byte) => press(String.fromCharCode(byte)));
    process.stdin.setRawMode(true);
    process.stdin.on('data', onKey);
    process.stdin.resume();
    signal.addEventListener('abort', abort, { once: true });
    draw();
  });
}

/** Rings when the clock shows so many seconds, pauses not counted. */
function startAlarm(clock: Clock, seconds: number, ring: () => void): { stop(): void } {
  const timer = setInterval(() => {
    if (clock.elapsed() >= seconds * 1000) ring();
  }, 200);
  return { stop: () => clearInterval(timer) };
}

const countOf = (seconds: number): string =>
  `${String(Math.floor(seconds / 60))}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
