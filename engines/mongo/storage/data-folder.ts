import { closeSync, fsyncSync, openSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

/** A snapshot or journal on disk. A generation's snapshot holds everything that came before its journal. */
export interface DataFile {
  readonly kind: 'snapshot' | 'journal';
  readonly generation: number;
  readonly path: string;
}

/** Where a generation's file is. */
export function dataFilePath(folder: string, kind: DataFile['kind'], generation: number): string {
  return path.join(folder, `${kind}-${String(generation).padStart(6, '0')}.qb`);
}

/** The data files of a folder, oldest generation first. */
export function listDataFiles(folder: string): DataFile[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const match = /^(snapshot|journal)-(\d+)\.qb$/.exec(name);
      if (match === null) return [];
      const kind = match[1] === 'snapshot' ? ('snapshot' as const) : ('journal' as const);
      return [{ kind, generation: Number(match[2]), path: path.join(folder, name) }];
    })
    .sort((a, b) => a.generation - b.generation);
}

/** Deletes what a snapshot has made superfluous, and what an interrupted compaction left. */
export function removeBefore(folder: string, generation: number): void {
  for (const file of listDataFiles(folder)) if (file.generation < generation) rmSync(file.path, { force: true });
}

/** Makes creations, renames and deletions in a folder survive a power cut. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
