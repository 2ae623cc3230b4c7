import type { Entry } from './values.js';

const REMEMBERED_SCANS = 64;

/** Up to so many entries, and the cursor to go on from; 0 at the end. */
interface ScanPage {
  readonly page: Entry[];
  readonly cursor: number;
}

/**
 * SCAN over a map that keeps its keys in the order of their age. The cursor is the age of the last key seen, so a key that stays is
 * returned exactly once, whatever comes and goes.
 */
export class KeyScans {
  readonly #entries: ReadonlyMap<string, Entry>;
  /** Scans under way, by their cursor: going on with one is quick; a cursor that is not here is looked up from the start. */
  readonly #underWay = new Map<number, Generator<Entry, undefined>>();

  constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries;
  }

  /** Up to `count` entries younger than the cursor, which is 0 at the start; expired ones included. */
  next(cursor: number, count: number): ScanPage {
    const iterator = this.#underWay.get(cursor) ?? this.#entriesAfter(cursor);
    this.#underWay.delete(cursor);
    const page: Entry[] = [];
    while (page.length < count) {
      const { value, done } = iterator.next();
      if (done) return { page, cursor: 0 };
      page.push(value);
    }
    const last = page[page.length - 1]?.sequence ?? 0;
    if (this.#underWay.size >= REMEMBERED_SCANS) this.#underWay.clear();
    this.#underWay.set(last, iterator);
    return { page, cursor: last };
  }

  *#entriesAfter(cursor: number): Generator<Entry, undefined> {
    for (const entry of this.#entries.values()) if (entry.sequence > cursor) yield entry;
  }
}
