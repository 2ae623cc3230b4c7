import { closeSync, fsync, fsyncSync, openSync, writeSync } from 'node:fs';
import { encodeFrame, MAGIC, type Frame } from './journal-format.js';

/** How long an acknowledged write may wait for the disk, as mongod's `storage.journal.commitIntervalMs`. */
const COMMIT_INTERVAL_MS = 100;

/**
 * The append-only log of one generation. `append` collects the frames of a command, `write` hands them to the operating
 * system before the reply leaves (they survive the death of the process), and the disk follows within 100 ms, or at once
 * with `sync` (they survive the death of the machine).
 */
export class Journal {
  readonly generation: number;
  #descriptor: number;
  #pending: Buffer[] = [];
  #size: number;
  #dirty = false;
  #syncing = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #onFailure: (error: Error) => void;

  constructor(file: { path: string; generation: number; size: number }, onFailure: (error: Error) => void) {
    this.generation = file.generation;
    this.#descriptor = openSync(file.path, 'a');
    this.#size = file.size;
    this.#onFailure = onFailure;
    if (file.size === 0) {
      writeSync(this.#descriptor, MAGIC);
      this.#size = MAGIC.length;
    }
  }

  /** Bytes in the file. */
  get size(): number {
    return this.#size;
  }

  /** Whether something was appended that the file does not have yet. */
  get hasPending(): boolean {
    return this.#pending.length > 0;
  }

  append(frame: Frame): void {
    this.#pending.push(encodeFrame(frame));
  }

  /** Writes what was appended. A failure is fatal, as it is for mongod: memory is ahead of what a restart would find. */
  write(): void {
    if (this.#pending.length === 0) return;
    const bytes =
      this.#pending.length === 1 && this.#pending[0] !== undefined ? this.#pending[0] : Buffer.concat(this.#pending);
    this.#pending = [];
    try {
      for (let offset = 0; offset < bytes.length;) offset += writeSync(this.#descriptor, bytes, offset);
    } catch (error) {
      this.#onFailure(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
    this.#size += bytes.length;
    this.#dirty = true;
    this.#timer ??= setTimeout(() => this.#syncLater(), COMMIT_INTERVAL_MS);
  }

  /** Writes and waits for the disk. */
  sync(): void {
    this.write();
    if (!this.#dirty) return;
    fsyncSync(this.#descriptor);
    this.#dirty = false;
  }

  close(): void {
    this.sync();
    clearTimeout(this.#timer);
    closeSync(this.#descriptor);
    this.#descriptor = -1;
  }

  #syncLater(): void {
    this.#timer = undefined;
    if (!this.#dirty || this.#syncing) return;
    this.#dirty = false;
    this.#syncing = true;
    fsync(this.#descriptor, (error) => {
      this.#syncing = false;
      // The journal may have been closed, and synced by that, in the meantime.
      if (error !== null && this.#descriptor !== -1) this.#onFailure(error);
      if (this.#dirty && this.#descriptor !== -1)
        this.#timer ??= setTimeout(() => this.#syncLater(), COMMIT_INTERVAL_MS);
    });
  }
}
