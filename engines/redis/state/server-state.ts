import { randomBytes } from 'node:crypto';
import { Database } from '../keyspace/database.js';
import type { Reply } from '../resp/reply.js';
import type { ScriptEngine } from '../scripting/script-engine.js';
import { BlockedClients } from './blocked-clients.js';
import { PubSub } from './pub-sub.js';
import type { Session } from './session.js';
import { Statistics } from './statistics.js';
import { Watches } from './watches.js';

export const DATABASE_COUNT = 16;

/** Where the server writes what happens to it. */
export type Logger = (level: 'info' | 'warn' | 'error', message: string) => void;

/** Runs commands for those that contain others: EXEC and scripts. */
export interface CommandRunner {
  run(session: Session, args: readonly string[]): Reply;
  runFromScript(session: Session, args: readonly string[], options: { readonly readOnly: boolean }): Reply;
}

/** Everything that the connections of one server share. */
export class ServerState {
  readonly runId = randomBytes(20).toString('hex');
  readonly startedAt: number;
  readonly port: number;
  readonly dataDir: string;
  readonly sessions = new Map<number, Session>();
  readonly monitors = new Set<Session>();
  readonly pubSub = new PubSub();
  readonly watches = new Watches();
  readonly blocked = new BlockedClients();
  readonly statistics = new Statistics();
  readonly databases: readonly Database[];
  readonly runner: CommandRunner;
  readonly log: Logger;
  /** The script engine, loaded at the first use. */
  readonly scripts: () => ScriptEngine;
  /** Writes since the start, as INFO's `rdb_changes_since_last_save` counts them. */
  changes = 0;
  #nesting = 0;
  readonly #clock: () => number;
  #now: number;

  constructor(options: {
    readonly port: number;
    readonly dataDir: string;
    readonly clock: () => number;
    readonly runner: CommandRunner;
    readonly logger: Logger;
    readonly scripts: () => ScriptEngine;
  }) {
    this.port = options.port;
    this.dataDir = options.dataDir;
    this.runner = options.runner;
    this.log = options.logger;
    this.scripts = options.scripts;
    this.#clock = options.clock;
    this.#now = this.startedAt = options.clock();
    const events = {
      now: () => this.#now,
      changed: (database: number, key: string) => {
        this.changes += 1;
        this.watches.changed(database, key);
        this.blocked.changed(database, key);
      },
      looked: (found: boolean) => {
        if (found) this.statistics.hits += 1;
        else this.statistics.misses += 1;
      },
      expired: () => (this.statistics.expiredKeys += 1),
    };
    this.databases = Array.from({ length: DATABASE_COUNT }, (_, index) => new Database(index, events));
  }

  /** Unix time in ms. It stands still while a command or a script runs, so that no key expires halfway. */
  get now(): number {
    return this.#now;
  }

  tick(): void {
    this.#now = this.#clock();
  }

  /** Commands are being run for EXEC or a script: blocking commands answer at once. */
  get nested(): boolean {
    return this.#nesting > 0;
  }

  runNested<T>(work: () => T): T {
    this.#nesting += 1;
    try {
      return work();
    } finally {
      this.#nesting -= 1;
    }
  }

  database(index: number): Database {
    const database = this.databases[index];
    if (!database) throw new RangeError(`expected a database from 0 to ${DATABASE_COUNT - 1}, got ${index}`);
    return database;
  }
}
