const code = (char: string): number => char.charCodeAt(0);
const [COMMA, MINUS, CLOSE, ZERO, NINE] = [code(','), code('-'), code(']'), code('0'), code('9')];

/**
 * The parts of a heap snapshot, one after the other, as they come: its tables of numbers are several times as large as the heap that
 * it shows, and are never held as text.
 */
export class HeapTokens {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** What stands before the first table. */
  async head(firstTable: string): Promise<unknown> {
    const mark = `"${firstTable}":`;
    let text = '';
    while (!text.includes(mark)) {
      if (!(await this.#more())) throw new RangeError(`Expected a heap snapshot with ${mark}, it ended before.`);
      text += Buffer.from(this.#chunk).toString('latin1');
    }
    const end = text.indexOf(mark);
    this.#at = this.#chunk.length - (text.length - end - mark.length);
    return JSON.parse(`${text.slice(0, end).replace(/,\s*$/, '')}}`);
  }

  /** So many numbers, the table at whose beginning this is. */
  async numbers(count: number): Promise<Float64Array> {
    const numbers = new Float64Array(count);
    let [written, value, inNumber] = [0, 0, false];
    for (;;) {
      const chunk = this.#chunk;
      while (this.#at < chunk.length) {
        const byte = chunk[this.#at] ?? 0;
        this.#at += 1;
        if (byte >= ZERO && byte <= NINE) {
          value = value * 10 + byte - ZERO;
          inNumber = true;
        } else if (byte === COMMA || byte === CLOSE) {
          if (inNumber) numbers[written++] = value;
          [value, inNumber] = [0, false];
          if (byte === COMMA) continue;
          if (written === count) return numbers;
          throw new RangeError(
            `Expected a table of ${String(count)} numbers in a heap snapshot, got ${String(written)}.`,
          );
        } else if (byte === MINUS) throw new RangeError('Expected no negative number in a heap snapshot.');
      }
      if (!(await this.#more())) throw new RangeError('Expected a whole heap snapshot, it ended in a table.');
    }
  }

  /** Passes over what comes before a table, however much it is. */
  async skipTo(table: string): Promise<void> {
    const mark = Buffer.from(`"${table}":`);
    let rest = Buffer.from(this.#chunk.subarray(this.#at));
    for (;;) {
      const found = rest.indexOf(mark);
      if (found >= 0) {
        [this.#chunk, this.#at] = [rest, found + mark.length];
        return;
      }
      // The mark may be cut in two by the end of a chunk.
      const tail = rest.subarray(-mark.length);
      if (!(await this.#more())) throw new RangeError(`Expected a heap snapshot with "${table}", it ended before.`);
      rest = Buffer.concat([tail, this.#chunk]);
    }
  }

  /** The table of names, which is the last one. */
  async strings(): Promise<readonly string[]> {
    const parts = [Buffer.from(this.#chunk.subarray(this.#at))];
    while (await this.#more()) parts.push(Buffer.from(this.#chunk));
    return JSON.parse(
      Buffer.concat(parts)
        .toString()
        .replace(/\}\s*$/, ''),
    ) as string[];
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    [this.#chunk, this.#at] = [next.value, 0];
    return true;
  }
}
