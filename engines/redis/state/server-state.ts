import { randomBytes } from 'node:crypto';
import { Database } from '../keyspace/database.js';
import type { Reply } from '../resp/reply.js';
import type { ScriptEngine } from '../scripting/script-engine.js';
import { BlockedClients } from './blocked-clients.js';
import { Eviction } from './eviction.js';
import { Pause } from './pause.js';
import { PubSub } from './pub-sub.js';
import type { Session } from './session.js';
import type { Settings } from './settings.js';
import { Statistics } from './statistics.js';
import { Watches } from './watches.js';

export const DATABASE_COUNT = 16;

/** What a connection takes, roughly: its session, its parser and its socket. */
const CONNECTION_BYTES = 8192;

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
  readonly pause = new Pause();
  readonly statistics = new Statistics();
  readonly settings: Settings;
  readonly eviction: Eviction;
  readonly databases: readonly Database[];
  readonly runner: CommandRunner;
  readonly log: Logger;
  /** The script engine, loaded at the first use. */
  readonly scripts: () => ScriptEngine;
  /** Writes since the start, as INFO's `rdb_changes_since_last_save` counts them. */
  changes = 0;
  /** Memory was full when the client's command began, and nothing could be evicted. */
  outOfMemory = false;
  /** What all keys take, as it is estimated. */
  dataBytes = 0;
  #nesting = 0;
  readonly #clock: () => number;
  #now: number;

  constructor(options: {
    readonly port: number;
    readonly dataDir: string;
    readonly settings: Settings;
    readonly clock: () => number;
    readonly runner: CommandRunner;
    readonly logger: Logger;
    readonly scripts: () => ScriptEngine;
  }) {
    this.port = options.port;
    this.dataDir = options.dataDir;
    this.settings = options.settings;
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
      expired: (database: number, key: string) => {
        this.statistics.expiredKeys += 1;
        this.#notify('x', 'expired', database, key);
      },
      evicted: (database: number, key: string) => {
        this.statistics.evictedKeys += 1;
        this.#notify('e', 'evicted', database, key);
      },
      resized: (bytes: number) => (this.dataBytes += bytes),
    };
    this.databases = Array.from({ length: DATABASE_COUNT }, (_, index) => new Database(index, events));
    this.eviction = new Eviction({
      settings: this.settings,
      databases: this.databases,
      usedBytes: () => this.usedBytes,
      now: () => this.#now,
    });
  }

  /** What counts against `maxmemory`: the keys and the connections. */
  get usedBytes(): number {
    return this.dataBytes + this.sessions.size * CONNECTION_BYTES;
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

  /** Publishes a keyspace event if `notify-keyspace-events` asks for it. */
  #notify(letter: 'x' | 'e', event: string, database: number, key: string): void {
    const { events } = this.settings;
    if (!events.includes(letter)) return;
    if (events.includes('K')) this.pubSub.publish(`__keyspace@${database}__:${key}`, event);
    if (events.includes('E')) this.pubSub.publish(`__keyevent@${database}__:${event}`, key);
  }
}
