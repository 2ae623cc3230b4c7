import type { Entry } from './queue-entry.js';
import { ReadyMessages } from './ready-messages.js';

/** The ready messages of a queue with `x-max-priority`: those of the highest priority first, in publishing order among equals. */
export class PriorityMessages {
  /** By falling priority. */
  readonly #levels: readonly ReadyMessages[];

  /** @param maxPriority messages above it count as this high */
  constructor(maxPriority: number) {
    this.#levels = Array.from({ length: maxPriority + 1 }, () => new ReadyMessages());
  }

  get size(): number {
    return this.#levels.reduce((sum, level) => sum + level.size, 0);
  }

  get bytes(): number {
    return this.#levels.reduce((sum, level) => sum + level.bytes, 0);
  }

  get first(): Entry | undefined {
    return this.#highest()?.first;
  }

  push(entry: Entry): void {
    this.#levelOf(entry)?.push(entry);
  }

  shift(): Entry | undefined {
    return this.#highest()?.shift();
  }

  restore(entry: Entry): void {
    this.#levelOf(entry)?.restore(entry);
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (const level of this.#levels) yield* level;
  }

  #highest(): ReadyMessages | undefined {
    return this.#levels.find((level) => level.size > 0);
  }

  #levelOf({ priority }: Entry): ReadyMessages | undefined {
    return this.#levels[Math.max(this.#levels.length - 1 - priority, 0)];
  }
}
