import type { Socket } from 'node:net';
import type { Item } from '../toxics/toxic-kind.js';
import type { Toxic } from '../toxics/toxic.js';
import { Stage } from './stage.js';
import type { StageSurroundings } from './stage.js';
import { Waiting } from './waiting.js';

/** What a pipeline can do to the whole connection. */
export interface ConnectionEnds {
  /** Closes both sides. */
  close(): void;
  /** Resets both sides. */
  reset(): void;
}

/**
 * One direction of a connection: what comes from the source goes through the toxics, in the order in which they were added, to the
 * destination. The source is read only as fast as the destination and the toxics take.
 */
export class Pipeline {
  readonly #source: Socket;
  readonly #destination: Socket;
  readonly #surroundings: StageSurroundings;
  readonly #drained = new Waiting();
  #stages: readonly Stage[] = [];
  #ended = false;
  #delivered = false;
  #sourceGone = false;

  constructor(source: Socket, destination: Socket, toxics: readonly Toxic[], ends: ConnectionEnds) {
    this.#source = source;
    this.#destination = destination;
    this.#surroundings = {
      forward: (stage, item) => this.#give(this.#stages.indexOf(stage) + 1, item),
      close: () => ends.close(),
      reset: () => ends.reset(),
      emptied: (stage) => {
        this.#stages = this.#stages.filter((other) => other !== stage);
      },
    };
    this.#stages = toxics.map((toxic) => new Stage(toxic, this.#surroundings));
    source.on('data', (data: Buffer) => this.#take({ data, at: performance.now() }));
    source.once('end', () => this.#end());
    source.once('close', () => {
      this.#sourceGone = true;
      if (this.#delivered) destination.destroySoon();
      else this.#end();
    });
    destination.on('drain', () => this.#drained.wake());
    destination.once('close', () => this.#drained.wake());
  }

  add(toxic: Toxic): void {
    this.#stages = [...this.#stages, new Stage(toxic, this.#surroundings)];
  }

  change(toxic: Toxic): void {
    this.#stages.find((stage) => stage.toxic === toxic)?.changed();
  }

  remove(toxic: Toxic): void {
    this.#stages.find((stage) => stage.toxic === toxic)?.remove();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#take('end');
  }

  #take(item: Item): void {
    const room = this.#give(0, item);
    if (room === undefined) return;
    this.#source.pause();
    void room.then(() => this.#source.resume());
  }

  /** @param index the stage that comes next; beyond the last comes the destination */
  #give(index: number, item: Item): Promise<void> | undefined {
    const stage = this.#stages[index];
    if (stage) return stage.accept(item);
    const destination = this.#destination;
    if (item === 'end') {
      this.#delivered = true;
      if (this.#sourceGone) destination.destroySoon();
      else destination.end();
      return undefined;
    }
    if (!destination.writable || destination.write(item.data)) return undefined;
    return this.#drained.next();
  }
}
