import type { Readable } from 'node:stream';
import type { LogFeed, LogSource } from '../logs/index.js';
import { statusOf, withEngine } from './engine.js';

/** How long to wait before a log that has ended is looked for again: its container may be started. */
const REOPEN_MS = 500;
const HEADER_BYTES = 8;

/** The log of a container, which the engine keeps over all its lives. */
export function containerLog(process: string, container: string): LogSource {
  return { process, open: () => readContainerLog(container) };
}

/** The first call asks for all there is; from the second on, a stream is open, and calls empty what it has brought. */
function readContainerLog(container: string): LogFeed {
  const frames = new FrameReader();
  let calls = 0;
  let stream: Readable | undefined;
  let nextOpening = 0;
  let arrived: Buffer[] = [];

  const follow = async (): Promise<void> => {
    if (stream || Date.now() < nextOpening) return;
    nextOpening = Date.now() + REOPEN_MS;
    const opened = (await ask(container, frames.last, true)) as Readable | undefined;
    if (!opened) return;
    stream = opened;
    frames.begin();
    opened.on('data', (chunk: Buffer) => arrived.push(frames.push(chunk)));
    opened.once('close', () => (stream = undefined));
    opened.on('error', () => undefined);
  };

  return {
    begins: () => frames.first,
    close: () => stream?.destroy(),
    async next() {
      calls += 1;
      if (calls === 1) {
        const all = (await ask(container, '', false)) as Buffer | undefined;
        return all ? frames.push(all) : Buffer.alloc(0);
      }
      await follow();
      const fresh = arrived;
      arrived = [];
      return Buffer.concat(fresh);
    },
  };
}

async function ask(container: string, since: string, follow: boolean): Promise<unknown> {
  const query = { stdout: true, stderr: true, timestamps: true, ...(since && { since: unixTime(since) }) };
  return withEngine(`read the log of ${container}`, async (engine) => {
    const handle = engine.getContainer(container);
    try {
      return follow ? await handle.logs({ ...query, follow: true }) : await handle.logs({ ...query, follow: false });
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  });
}

/** Seconds, with the part after the point in nanoseconds: what the engine takes. A Date would round it. */
function unixTime(timestamp: string): string {
  const [, fraction = '0'] = /\.(\d+)Z$/.exec(timestamp) ?? [];
  return `${Math.floor(Date.parse(timestamp) / 1000)}.${fraction.padEnd(9, '0')}`;
}

/** Takes the engine's frames apart: eight bytes with the length, the time, a space, and what was written. */
export class FrameReader {
  /** The times of the first and the latest frame. */
  first = '';
  last = '';
  #seenUntil = '';
  #rest = Buffer.alloc(0);

  /** A new stream begins, which may repeat the end of the one before. The parts of a long line have the same time. */
  begin(): void {
    this.#seenUntil = this.last;
    this.#rest = Buffer.alloc(0);
  }

  /** What was written in the frames that are complete by now and have not been seen before. */
  push(chunk: Buffer): Buffer {
    let rest = Buffer.concat([this.#rest, chunk]);
    const written: Buffer[] = [];
    while (rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + rest.readUInt32BE(4);
      if (rest.length < end) break;
      const frame = rest.subarray(HEADER_BYTES, end);
      rest = rest.subarray(end);
      const space = frame.indexOf(' ');
      const time = frame.toString('latin1', 0, space);
      if (time <= this.#seenUntil) continue;
      this.first ||= time;
      this.last = time;
      written.push(frame.subarray(space + 1));
    }
    this.#rest = rest;
    return Buffer.concat(written);
  }
}
