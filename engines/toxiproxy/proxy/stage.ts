import type { ActiveToxic, Item, Passage } from '../toxics/toxic-kind.js';
import type { Toxic } from '../toxics/toxic.js';
import { Waiting } from './waiting.js';

/** What a stage needs of the connection that it is in. */
export interface StageSurroundings {
  /** Gives something to what comes after this stage; undefined when there is room at once. */
  forward(stage: Stage, item: Item): Promise<void> | undefined;
  close(): void;
  reset(): void;
  /** A removed stage has passed on what it held. */
  emptied(stage: Stage): void;
}

/**
 * One toxic in one direction of one connection: a queue, and the toxic that takes from it, one item after the other. A stage that
 * is removed first passes on what it holds.
 */
export class Stage {
  readonly toxic: Toxic;
  readonly #surroundings: StageSurroundings;
  readonly #queue: Item[] = [];
  readonly #changed = new Waiting();
  readonly #room = new Waiting();
  #active: ActiveToxic;
  #queuedBytes = 0;
  #affected: boolean;
  #working = false;
  #removed = false;

  constructor(toxic: Toxic, surroundings: StageSurroundings) {
    this.toxic = toxic;
    this.#surroundings = surroundings;
    this.#affected = isAffected(toxic);
    this.#active = this.#start();
  }

  /** Takes an item; the promise, if any, resolves when there is room for the next. */
  accept(item: Item): Promise<void> | undefined {
    this.#queue.push(item);
    if (item !== 'end') this.#queuedBytes += item.data.length;
    if (!this.#working) void this.#work();
    if (!this.#working || this.#queuedBytes < this.toxic.kind.capacity) return undefined;
    return this.#room.next();
  }

  /** The toxic has other attributes, or another toxicity. */
  changed(): void {
    const affected = isAffected(this.toxic);
    if (affected === this.#affected) {
      this.#active.changed?.();
    } else {
      this.#affected = affected;
      this.#active = this.#start();
    }
    this.#changed.wake();
  }

  /** The toxic is gone: what it holds goes on at once. */
  remove(): void {
    this.#removed = true;
    this.#active.removed?.();
    this.#affected = false;
    this.#active = this.#start();
    this.#changed.wake();
    if (!this.#working) this.#surroundings.emptied(this);
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      await this.#active.pass(item);
      if (item !== 'end') this.#queuedBytes -= item.data.length;
      if (this.#queuedBytes <= this.toxic.kind.capacity / 2) this.#room.wake();
    }
    this.#working = false;
    this.#room.wake();
    if (this.#removed) this.#surroundings.emptied(this);
  }

  #start(): ActiveToxic {
    const passage = this.#passage();
    return this.#affected ? this.toxic.kind.start(passage) : { pass: (item) => passage.forward(item) };
  }

  #passage(): Passage {
    const { toxic } = this;
    const surroundings = this.#surroundings;
    return {
      get attributes() {
        return toxic.attributes;
      },
      forward: async (item) => surroundings.forward(this, item),
      sleep: (ms) => this.#changed.next(this.#removed ? 0 : ms),
      untilChanged: () => this.#changed.next(this.#removed ? 0 : undefined),
      close: () => surroundings.close(),
      reset: () => surroundings.reset(),
    };
  }
}

const isAffected = (toxic: Toxic): boolean => Math.random() < toxic.toxicity;
