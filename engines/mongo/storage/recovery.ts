import { readFileSync, rmSync, truncateSync } from 'node:fs';
import { dataFilePath, listDataFiles } from './data-folder.js';
import { decodeFrame, MAGIC, type Frame } from './journal-format.js';

export interface Recovered {
  /** The journal to go on with. */
  readonly generation: number;
  readonly journalSize: number;
  readonly snapshotSize: number;
  readonly frames: number;
  /** Bytes of a half-written last frame that were cut off. */
  readonly tornBytes: number;
}

/**
 * Replays the newest snapshot and every journal since. The last journal may end in the middle of a frame, because the
 * process died while writing it and never acknowledged it: that tail is cut off. Damage anywhere else is an error.
 */
export function recover(folder: string, apply: (frame: Frame) => void): Recovered {
  const files = listDataFiles(folder);
  const snapshot = files.filter((file) => file.kind === 'snapshot').at(-1);
  for (const file of files) if (file.generation < (snapshot?.generation ?? 0)) rmSync(file.path);
  const journals = files.filter((file) => file.kind === 'journal' && file.generation >= (snapshot?.generation ?? 0));
  const last = journals.at(-1);
  let [frames, journalSize, snapshotSize, tornBytes] = [0, 0, 0, 0];
  for (const file of snapshot === undefined ? journals : [snapshot, ...journals]) {
    const replayed = replay(file.path, apply);
    frames += replayed.frames;
    if (replayed.end < replayed.size) {
      if (file !== last) throw new Error(damaged(file.path, replayed.end));
      truncateSync(file.path, replayed.end);
      tornBytes = replayed.size - replayed.end;
    }
    if (file === snapshot) snapshotSize = replayed.end;
    else journalSize = replayed.end;
  }
  return { generation: last?.generation ?? snapshot?.generation ?? 1, journalSize, snapshotSize, frames, tornBytes };
}

function replay(path: string, apply: (frame: Frame) => void) {
  const bytes = readFileSync(path);
  let frames = 0;
  // A journal that died before its first line was complete is an empty one.
  if (bytes.length < MAGIC.length && MAGIC.subarray(0, bytes.length).equals(bytes))
    return { frames, end: 0, size: bytes.length };
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error(damaged(path, 0));
  let end = MAGIC.length;
  for (let next = decodeFrame(bytes, end); next !== undefined; next = decodeFrame(bytes, end)) {
    apply(next.frame);
    frames += 1;
    end = next.end;
  }
  return { frames, end, size: bytes.length };
}

function damaged(path: string, offset: number): string {
  return `expected a journal frame at byte ${offset} of ${path}, got damaged data: restore the folder from a copy, or start with an empty one`;
}

/** Where the journal goes on after recovery. */
export function journalPath(folder: string, generation: number): string {
  return dataFilePath(folder, 'journal', generation);
}
