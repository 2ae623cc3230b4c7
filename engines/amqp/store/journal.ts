import { open, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { encodeRecord } from './journal-record.js';
import type { JournalRecord } from './journal-record.js';

/** Names the format; a journal that starts otherwise is not ours. */
export const JOURNAL_MAGIC = Buffer.from('QBAMQP1\n');
export const JOURNAL_FILE = 'journal.log';
const COMPACTED_FILE = 'journal.tmp';

export interface JournalOptions {
  readonly dataDir: string;
  /** The journal is rewritten when it is larger than this and than twice its size after the last rewrite, in bytes. */
  readonly compactAbove: number;
  /** Everything that is alive now, as records; called when the journal is rewritten. */
  readonly snapshot: () => Iterable<JournalRecord>;
  /** The disk failed: nothing can be promised any more. Called once. */
  readonly onFailure: (error: Error) => void;
}

/**
 * The append-only journal. Records of one turn of the event loop are written together and synced once; records that come
 * while a group is being written form the next one. So one fsync serves as many publishes as arrive during it.
 */
export class Journal {
  readonly #options: JournalOptions;
  #file: FileHandle;
  #size: number;
  #compactAt: number;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #appended = 0;
  #waiting: (() => void)[] = [];
  #flushing: Promise<void> | undefined;
  #failed = false;

  private constructor(options: JournalOptions, file: FileHandle, size: number) {
    this.#options = options;
    this.#file = file;
    this.#size = size;
    this.#compactAt = options.compactAbove;
  }

  /** Opens the journal for appending after its first `intactBytes`; what follows them (a torn tail) is cut off. */
  static async open(options: JournalOptions, intactBytes: number): Promise<Journal> {
    const file = await open(path.join(options.dataDir, JOURNAL_FILE), intactBytes === 0 ? 'w' : 'r+');
    await file.truncate(intactBytes);
    if (intactBytes === 0) await file.write(JOURNAL_MAGIC, 0, JOURNAL_MAGIC.length, 0);
    await file.datasync();
    await syncFolder(options.dataDir);
    return new Journal(options, file, Math.max(intactBytes, JOURNAL_MAGIC.length));
  }

  /** Bytes that wait to be written: the reason to stop reading from publishers. */
  get backlog(): number {
    return this.#pendingBytes;
  }

  /** How many records were appended since it was opened. */
  get appended(): number {
    return this.#appended;
  }

  append(record: JournalRecord): void {
    this.#appended += 1;
    for (const part of encodeRecord(record)) {
      this.#pending.push(part);
      this.#pendingBytes += part.length;
    }
    this.#schedule();
  }

  /** Calls back once everything that was appended so far is on disk; never, when the disk fails. */
  whenDurable(callback: () => void): void {
    this.#waiting.push(callback);
    this.#schedule();
  }

  /** Writes what is pending and closes the file. */
  async close(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    await this.#file.close();
  }

  #schedule(): void {
    if (this.#failed || this.#flushing !== undefined) return;
    this.#flushing = this.#flushAll().finally(() => {
      this.#flushing = undefined;
      // Something may have been appended between the last look and here.
      if (this.#pending.length > 0 || this.#waiting.length > 0) this.#schedule();
    });
  }

  async #flushAll(): Promise<void> {
    try {
      await new Promise((resolve) => setImmediate(resolve));
      while (this.#pending.length > 0 || this.#waiting.length > 0) {
        if (this.#size + this.#pendingBytes > this.#compactAt) await this.#compact();
        else await this.#flushGroup();
      }
    } catch (cause) {
      this.#failed = true;
      this.#options.onFailure(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }

  async #flushGroup(): Promise<void> {
    const { group, bytes, waiting } = this.#take();
    if (bytes > 0) {
      await writeFully(this.#file, group, this.#size);
      this.#size += bytes;
      await this.#file.datasync();
    }
    for (const callback of waiting) callback();
  }

  /**
   * Writes what is alive to a new file, and renames it over the old one once it is on disk: a crash at any point leaves
   * one complete journal. The snapshot already contains the effect of every pending record.
   */
  async #compact(): Promise<void> {
    const { waiting } = this.#take();
    const parts: Buffer[] = [JOURNAL_MAGIC];
    for (const record of this.#options.snapshot()) parts.push(...encodeRecord(record));
    const next = await open(path.join(this.#options.dataDir, COMPACTED_FILE), 'w');
    await writeFully(next, parts, 0);
    await next.datasync();
    await rename(path.join(this.#options.dataDir, COMPACTED_FILE), path.join(this.#options.dataDir, JOURNAL_FILE));
    await syncFolder(this.#options.dataDir);
    await this.#file.close();
    this.#file = next;
    this.#size = parts.reduce((sum, part) => sum + part.length, 0);
    this.#compactAt = Math.max(this.#options.compactAbove, this.#size * 2);
    for (const callback of waiting) callback();
  }

  #take() {
    const taken = { group: this.#pending, bytes: this.#pendingBytes, waiting: this.#waiting };
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#waiting = [];
    return taken;
  }
}

/** One buffer for small groups (the usual case); a large one is written in slices that keep memory bounded. */
const SLICE_BYTES = 4 * 1024 * 1024;

async function writeFully(file: FileHandle, parts: readonly Buffer[], position: number): Promise<void> {
  let slice: Buffer[] = [];
  let sliceBytes = 0;
  let at = position;
  const writeSlice = async () => {
    const bytes = slice.length === 1 && slice[0] ? slice[0] : Buffer.concat(slice, sliceBytes);
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at);
      done += bytesWritten;
      at += bytesWritten;
    }
    slice = [];
    sliceBytes = 0;
  };
  for (const part of parts) {
    slice.push(part);
    sliceBytes += part.length;
    if (sliceBytes >= SLICE_BYTES) await writeSlice();
  }
  if (sliceBytes > 0) await writeSlice();
}

/** A renamed or created file is only safe once its folder is synced; Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
