import { CommandError } from './command-error.js';

/** How many documents a first batch holds when the client does not say. */
const FIRST_BATCH = 101;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

interface OpenCursor {
  readonly namespace: string;
  readonly documents: Iterator<Uint8Array>;
  readonly keepForever: boolean;
  held: Uint8Array | undefined;
  usedAt: number;
}

/** A batch of documents, still encoded, and where the next one is: 0 when there is none. */
export interface Batch {
  readonly cursorId: number;
  readonly namespace: string;
  readonly name: 'firstBatch' | 'nextBatch';
  readonly documents: readonly Uint8Array[];
}

/** The cursors that clients have open. A cursor holds what its query found, so that later writes do not show. */
export class Cursors {
  readonly #open = new Map<number, OpenCursor>();
  readonly #now: () => number;
  #timedOut = 0;
  // Ids are arbitrary in MongoDB too; ours stay within what a JavaScript number holds.
  #nextId = 1 + Math.floor(Math.random() * 2 ** 40);

  constructor(now: () => number) {
    this.#now = now;
  }

  /** For `serverStatus`. */
  get counts(): { readonly open: number; readonly noTimeout: number; readonly timedOut: number } {
    const kept = [...this.#open.values()].filter(({ keepForever }) => keepForever);
    return { open: this.#open.size, noTimeout: kept.length, timedOut: this.#timedOut };
  }

  /** Starts a cursor and takes its first batch. */
  open(
    namespace: string,
    documents: Iterable<Uint8Array>,
    options: { batchSize?: number | undefined; singleBatch?: boolean; keepForever?: boolean } = {},
  ): Batch {
    const iterator = documents[Symbol.iterator]();
    const cursor: OpenCursor = {
      namespace,
      documents: iterator,
      keepForever: options.keepForever === true,
      held: undefined,
      usedAt: this.#now(),
    };
    const { batch, finished } = take(cursor, options.batchSize ?? FIRST_BATCH);
    if (finished || options.singleBatch === true)
      return { cursorId: 0, namespace, name: 'firstBatch', documents: batch };
    const cursorId = this.#nextId;
    this.#nextId += 1;
    this.#open.set(cursorId, cursor);
    return { cursorId, namespace, name: 'firstBatch', documents: batch };
  }

  /** Takes the next batch. @throws CommandError CursorNotFound for one that is finished, killed or timed out */
  next(cursorId: number, namespace: string, batchSize: number | undefined): Batch {
    const cursor = this.#open.get(cursorId);
    if (cursor === undefined) throw new CommandError('CursorNotFound', `cursor id ${cursorId} not found`);
    if (cursor.namespace !== namespace) {
      const message = `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`;
      throw new CommandError('Unauthorized', message);
    }
    cursor.usedAt = this.#now();
    const { batch, finished } = take(cursor, batchSize === undefined || batchSize === 0 ? Infinity : batchSize);
    if (finished) this.#open.delete(cursorId);
    return { cursorId: finished ? 0 : cursorId, namespace: cursor.namespace, name: 'nextBatch', documents: batch };
  }

  kill(cursorId: number): boolean {
    return this.#open.delete(cursorId);
  }

  /** Closes cursors that nobody has asked for in a while. */
  closeIdle(timeoutMs: number): void {
    for (const [id, cursor] of this.#open) {
      if (cursor.keepForever || this.#now() - cursor.usedAt <= timeoutMs) continue;
      this.#open.delete(id);
      this.#timedOut += 1;
    }
  }
}

function take(cursor: OpenCursor, count: number): { batch: Uint8Array[]; finished: boolean } {
  const batch: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const document = cursor.held ?? following(cursor);
    cursor.held = document;
    if (document === undefined) return { batch, finished: true };
    if (batch.length >= count || (batch.length > 0 && size + document.length > MAX_BATCH_BYTES))
      return { batch, finished: false };
    cursor.held = undefined;
    batch.push(document);
    size += document.length;
  }
}

function following(cursor: OpenCursor): Uint8Array | undefined {
  const next = cursor.documents.next();
  return next.done === true ? undefined : next.value;
}
