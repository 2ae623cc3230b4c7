import { open, stat } from 'node:fs/promises';

/** The log of one process, wherever it is kept. */
export interface LogSource {
  /** The process that wrote it. */
  readonly process: string;
  /** Begins to read it, at its start. */
  open(): LogFeed;
}

/** A log that is being read. */
export interface LogFeed {
  /** What has been written since the last call; empty when nothing has, or there is no log yet. */
  next(): Promise<Buffer>;
  /** When the log begins, ISO 8601: for lines without a time of their own. Known after the first bytes. */
  begins(): string;
  close(): void;
}

const CHUNK_BYTES = 1024 * 1024;

/** A log that is a file. */
export function fileLog(process: string, file: string): LogSource {
  return { process, open: () => readFileInParts(file) };
}

function readFileInParts(file: string): LogFeed {
  let offset = 0;
  let begins = '';
  return {
    begins: () => begins,
    close: () => undefined,
    async next() {
      const info = await stat(file).catch(() => undefined);
      // A process that has not started yet has no log; one that was emptied is read again from its start.
      if (!info || info.size === offset) return Buffer.alloc(0);
      if (info.size < offset) offset = 0;
      begins ||= info.birthtime.toISOString();
      const handle = await open(file);
      try {
        const chunks: Buffer[] = [];
        while (offset < info.size) {
          const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, info.size - offset));
          const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
          if (bytesRead === 0) break;
          offset += bytesRead;
          chunks.push(buffer.subarray(0, bytesRead));
        }
        return Buffer.concat(chunks);
      } finally {
        await handle.close();
      }
    },
  };
}
