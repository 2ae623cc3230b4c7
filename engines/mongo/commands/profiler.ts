import { serialize } from 'bson';
import type { Logger } from '../logger.js';
import type { Store } from '../storage/store.js';
import type { Doc } from '../values/document.js';
import { storedForm } from '../values/bson-bytes.js';
import type { Operation } from './operation.js';

/** How large `system.profile` grows before the oldest entries go: mongod makes it a capped collection of 1 MB. */
const MOST_BYTES = 1 << 20;

/** What the profiler writes down of one command. */
export interface Profiled {
  readonly database: string;
  readonly namespace: string;
  /** `query`, `insert`, `update`, `remove`, `getmore` or `command`. */
  readonly kind: string;
  readonly command: Doc;
  readonly operation: Operation;
  readonly millis: number;
  readonly responseLength: number;
  readonly client: string;
  readonly error: Doc | undefined;
}

/** Notes slow operations in the log, and in `<database>.system.profile` where profiling is on. That collection is not kept over a restart. */
export class Profiler {
  slowMs = 100;
  sampleRate = 1;
  readonly #levels = new Map<string, number>();
  readonly #sizes = new Map<string, number>();
  readonly #store: Store;
  readonly #logger: Logger;
  readonly #random: () => number;

  constructor(store: Store, logger: Logger, random: () => number) {
    this.#store = store;
    this.#logger = logger;
    this.#random = random;
  }

  /** 0 for off, 1 for slow operations, 2 for all. */
  level(database: string): number {
    return this.#levels.get(database) ?? 0;
  }

  setLevel(database: string, level: number): void {
    this.#levels.set(database, level);
    if (level > 0) this.#store.scratch(`${database}.system.profile`);
  }

  note(done: Profiled, at: Date): void {
    const slow = done.millis >= this.slowMs;
    if (slow) {
      const { namespace: ns, millis, operation } = done;
      const { keysExamined, docsExamined, planSummary } = operation;
      this.#logger('info', 'slow-operation', { op: done.kind, ns, millis, planSummary, keysExamined, docsExamined });
    }
    const level = this.level(done.database);
    if (level === 0 || (level === 1 && !slow) || done.namespace.endsWith('.system.profile')) return;
    if (this.sampleRate < 1 && this.#random() >= this.sampleRate) return;
    this.#keep(done.database, entryOf(done, at));
  }

  #keep(database: string, entry: Doc): void {
    const profile = this.#store.scratch(`${database}.system.profile`);
    const { bytes } = profile.insert(storedForm(serialize(entry, { ignoreUndefined: true })));
    let size = profile.records.size === 1 ? bytes.length : (this.#sizes.get(database) ?? 0) + bytes.length;
    for (const record of profile.records.values()) {
      if (size <= MOST_BYTES) break;
      size -= record.bytes.length;
      profile.remove(record);
    }
    this.#sizes.set(database, size);
  }
}

function entryOf({ kind, namespace, command, operation, millis, responseLength, client, error }: Profiled, at: Date) {
  const { keysExamined, docsExamined, hasSortStage, planSummary, counted } = operation;
  return {
    op: kind,
    ns: namespace,
    command,
    ...(planSummary !== undefined && { keysExamined, docsExamined, ...(hasSortStage && { hasSortStage }) }),
    ...counted,
    numYield: 0,
    responseLength,
    protocol: 'op_msg',
    millis: Math.floor(millis),
    ...(planSummary !== undefined && { planSummary }),
    ...(error !== undefined && { ok: 0, errMsg: error['errmsg'], errName: error['codeName'], errCode: error['code'] }),
    ts: at,
    client,
    allUsers: [],
    user: '',
  };
}
