import type { Entry } from './values.js';

/** Entries of which any can be picked by chance, in constant time. An entry knows its place in the pool. */
export class EntryPool {
  readonly #entries: Entry[] = [];
  readonly #place: 'place' | 'volatilePlace';

  constructor(place: 'place' | 'volatilePlace') {
    this.#place = place;
  }

  get size(): number {
    return this.#entries.length;
  }

  add(entry: Entry): void {
    if (entry[this.#place] !== -1) return;
    entry[this.#place] = this.#entries.length;
    this.#entries.push(entry);
  }

  remove(entry: Entry): void {
    const place = entry[this.#place];
    if (place === -1) return;
    entry[this.#place] = -1;
    const last = this.#entries.pop();
    if (last === undefined || last === entry) return;
    this.#entries[place] = last;
    last[this.#place] = place;
  }

  at(place: number): Entry | undefined {
    return this.#entries[place];
  }

  random(): Entry | undefined {
    return this.#entries[Math.floor(Math.random() * this.#entries.length)];
  }

  clear(): void {
    for (const entry of this.#entries) entry[this.#place] = -1;
    this.#entries.length = 0;
  }
}
