/**
 * A sorted set of strings in chunks of bounded size: a two-level B-tree. Finding is two binary searches, inserting and
 * deleting move at most one chunk.
 */
export class SortedKeys {
  static readonly #CHUNK = 512;
  readonly #chunks: string[][] = [[]];

  add(key: string): void {
    const at = this.#chunkFor(key);
    const chunk = this.#chunks[at] ?? [];
    const position = lowerBound(chunk, key);
    if (chunk[position] === key) return;
    chunk.splice(position, 0, key);
    if (chunk.length <= SortedKeys.#CHUNK) return;
    // Ascending keys, such as ObjectIds, always land at the end: leaving full chunks behind keeps them packed.
    const keep = position === chunk.length - 1 && at === this.#chunks.length - 1 ? chunk.length - 1 : chunk.length >> 1;
    this.#chunks.splice(at + 1, 0, chunk.splice(keep));
  }

  delete(key: string): void {
    const at = this.#chunkFor(key);
    const chunk = this.#chunks[at] ?? [];
    const position = lowerBound(chunk, key);
    if (chunk[position] !== key) return;
    chunk.splice(position, 1);
    if (chunk.length === 0 && this.#chunks.length > 1) this.#chunks.splice(at, 1);
  }

  /** Keys with `from <= key < to`, ascending or descending. The set must not change while this runs. */
  *range(from: string, to: string, reverse = false): Generator<string> {
    let at = this.#chunkFor(reverse ? to : from);
    let position = lowerBound(this.#chunks[at] ?? [], reverse ? to : from) - (reverse ? 1 : 0);
    const step = reverse ? -1 : 1;
    for (let chunk = this.#chunks[at]; chunk !== undefined;) {
      for (let key = chunk[position]; key !== undefined; position += step, key = chunk[position]) {
        if (reverse ? key < from : key >= to) return;
        yield key;
      }
      at += step;
      chunk = this.#chunks[at];
      position = reverse ? (chunk?.length ?? 0) - 1 : 0;
    }
  }

  /** The last chunk that begins at or before the key. */
  #chunkFor(key: string): number {
    let [low, high] = [0, this.#chunks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const first = this.#chunks[middle]?.[0];
      if (first !== undefined && first <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function lowerBound(chunk: readonly string[], key: string): number {
  let [low, high] = [0, chunk.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const found = chunk[middle];
    if (found !== undefined && found < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
