import { deserialize, serialize } from 'bson';
import { CommandError } from '../commands/command-error.js';
import { parseIndexDefinition } from '../indexes/index-definition.js';
import { readPlain, type Doc } from '../values/document.js';
import { Collection } from './collection.js';
import { freeze, writeSnapshot } from './compaction.js';
import { syncFolder } from './data-folder.js';
import type { Frame } from './journal-format.js';
import { Journal } from './journal.js';
import { journalPath, recover, type Recovered } from './recovery.js';

/** When the journal is rewritten: it is large, and mostly history. */
const COMPACTION = { minimumBytes: 32 << 20, timesSnapshot: 2, minimumBytesAtStart: 4 << 20 };

/** All collections of a data folder, and the journal that makes their changes last. */
export class Store {
  readonly collections = new Map<string, Collection>();
  readonly recovered: Recovered;
  readonly #folder: string;
  readonly #onFailure: (error: Error) => void;
  #journal: Journal;
  #snapshotSize: number;
  #compaction: Promise<void> | undefined;
  #replaying = true;

  /** @param onFailure told when the disk fails; nothing that follows would be durable, so the process should end */
  constructor(folder: string, onFailure: (error: Error) => void) {
    this.#folder = folder;
    this.#onFailure = onFailure;
    this.recovered = recover(folder, (frame) => this.#apply(frame));
    this.#replaying = false;
    this.#snapshotSize = this.recovered.snapshotSize;
    this.#journal = this.#openJournal(this.recovered.generation, this.recovered.journalSize);
    for (const namespace of [...this.collections.keys()]) if (/\.tmp\.agg_out\./.test(namespace)) this.drop(namespace);
    this.#compactIf(COMPACTION.minimumBytesAtStart);
  }

  get(namespace: string): Collection | undefined {
    return this.collections.get(namespace);
  }

  /** The collection, made if it does not exist, as a first write makes it. */
  getOrCreate(namespace: string, options: Doc = {}): Collection {
    validate(namespace);
    const known = this.collections.get(namespace);
    if (known !== undefined) return known;
    const made = new Collection(namespace, options, (frame) => this.#append(frame));
    this.collections.set(namespace, made);
    this.#append({ operation: 'createCollection', namespace, bson: serialize(options) });
    return made;
  }

  /** A collection that is not journalled and not in snapshots: a restart forgets it. Clients can read it, not write to it. */
  scratch(namespace: string): Collection {
    const known = this.collections.get(namespace);
    if (known !== undefined) return known;
    const made = new Collection(namespace, {}, () => undefined);
    this.collections.set(namespace, made);
    return made;
  }

  /** Gives a collection another name, in the place of any that has it: one step, also after a crash. */
  rename(from: string, to: string): void {
    const collection = this.get(from);
    if (collection === undefined) return;
    validate(to);
    this.collections.delete(from);
    this.collections.set(to, collection);
    collection.namespace = to;
    this.#append({ operation: 'renameCollection', namespace: from, bson: serialize({ to }) });
  }

  drop(namespace: string): void {
    if (this.collections.delete(namespace))
      this.#append({ operation: 'dropCollection', namespace, bson: serialize({}) });
  }

  /** Collections of one database, by name. */
  inDatabase(database: string): Collection[] {
    const prefix = `${database}.`;
    return [...this.collections.values()].filter(({ namespace }) => namespace.startsWith(prefix));
  }

  /** Whether something was changed that the journal file does not have yet. */
  get hasPending(): boolean {
    return this.#journal.hasPending;
  }

  /** Hands everything done so far to the operating system; with `journaled`, to the disk. Call it before acknowledging. */
  commit(journaled: boolean): void {
    if (journaled) this.#journal.sync();
    else this.#journal.write();
    this.#compactIf(COMPACTION.minimumBytes);
  }

  /** Waits for a compaction under way, flushes and closes. */
  async close(): Promise<void> {
    this.#journal.sync();
    await this.#compaction;
    this.#journal.close();
  }

  #append(frame: Frame): void {
    if (!this.#replaying) this.#journal.append(frame);
  }

  #openJournal(generation: number, size: number): Journal {
    const journal = new Journal({ path: journalPath(this.#folder, generation), generation, size }, this.#onFailure);
    syncFolder(this.#folder);
    return journal;
  }

  #compactIf(minimumBytes: number): void {
    const large = this.#journal.size > Math.max(minimumBytes, COMPACTION.timesSnapshot * this.#snapshotSize);
    if (large && this.#compaction === undefined) this.#compaction = this.#compact();
  }

  async #compact(): Promise<void> {
    // From here on changes go to the next generation; what the snapshot must hold is what there is at this instant.
    const generation = this.#journal.generation + 1;
    this.#journal.close();
    this.#journal = this.#openJournal(generation, 0);
    const kept = [...this.collections.values()].filter(({ namespace }) => !isScratch(namespace));
    const frozen = kept.map(freeze);
    try {
      this.#snapshotSize = await writeSnapshot(this.#folder, generation, frozen);
    } catch (error) {
      this.#onFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#compaction = undefined;
    }
  }

  #apply({ operation, namespace, bson }: Frame): void {
    switch (operation) {
      case 'createCollection':
        this.getOrCreate(namespace, readPlain(bson));
        break;
      case 'dropCollection':
        this.drop(namespace);
        break;
      case 'renameCollection':
        this.rename(namespace, String(readPlain(bson)['to']));
        break;
      case 'createIndex':
        this.#createIndex(this.getOrCreate(namespace), readPlain(bson));
        break;
      case 'dropIndex':
        this.get(namespace)?.dropIndex(String(deserialize(bson)['name']));
        break;
      case 'put':
        this.#put(this.getOrCreate(namespace), Uint8Array.prototype.slice.call(bson));
        break;
      case 'remove': {
        const collection = this.get(namespace);
        const record = collection?.byId(readPlain(bson)['_id']);
        if (record !== undefined) collection?.remove(record);
        break;
      }
    }
  }

  #createIndex(collection: Collection, spec: Doc): void {
    const definition = parseIndexDefinition(spec);
    if (!collection.indexes.some((index) => index.definition.name === definition.name))
      collection.createIndex(definition);
  }

  #put(collection: Collection, bytes: Uint8Array): void {
    const old = collection.byId(readPlain(bytes)['_id']);
    if (old === undefined) collection.insert(bytes);
    else collection.replace(old, bytes);
  }
}

/** A name for a collection that is being filled. What a crash leaves of one is dropped at the next start. */
export function temporaryNamespace(database: string): string {
  return `${database}.tmp.agg_out.${crypto.randomUUID()}`;
}

const isScratch = (namespace: string) => namespace.endsWith('.system.profile');

/** @throws CommandError InvalidNamespace for a name that cannot be, or a collection that only the server writes to */
function validate(namespace: string): void {
  if (isScratch(namespace)) throw new CommandError('InvalidNamespace', `cannot write to '${namespace}'`);
  if (!/^[^.\0$ /\\"]{1,63}\.[^\0$]+$/.test(namespace))
    throw new CommandError('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
}
