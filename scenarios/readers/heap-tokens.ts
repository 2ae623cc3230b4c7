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
    const text = Buffer.from(await this.#until(`"${firstTable}":`)).toString();
    return JSON.parse(`${text.replace(/,\s*$/, '')}}`);
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

  /** Passes over what comes before a table. */
  async skipTo(table: string): Promise<void> {
    await this.#until(`"${table}":`);
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

  /** @returns what comes before `mark`, which is passed over. A mark has no quote but its first and last one */
  async #until(mark: string): Promise<readonly number[]> {
    const wanted = [...Buffer.from(mark)];
    const before: number[] = [];
    let matched = 0;
    for (;;) {
      while (this.#at < this.#chunk.length) {
        const byte = this.#chunk[this.#at] ?? 0;
        this.#at += 1;
        before.push(byte);
        matched = byte === wanted[matched] ? matched + 1 : byte === wanted[0] ? 1 : 0;
        if (matched === wanted.length) return before.slice(0, -matched);
      }
      if (!(await this.#more())) throw new RangeError(`Expected a heap snapshot with ${mark}, it ended before.`);
    }
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    [this.#chunk, this.#at] = [next.value, 0];
    return true;
  }
}
