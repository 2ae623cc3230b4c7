import type { Database } from '../keyspace/database.js';
import type { Entry } from '../keyspace/values.js';
import type { Settings } from './settings.js';

/** How many of the best candidates seen so far are kept from one eviction to the next, as in Redis. */
const POOL_SIZE = 16;
/** How long one command may be held up by evictions; the rest goes on with the next one. */
const BUDGET_MS = 25;
const EVICTIONS_PER_CHECK = 32;

interface Candidate {
  readonly database: Database;
  readonly entry: Entry;
  /** The higher, the sooner it goes. */
  readonly score: number;
}

/** Makes room when the data outgrows `maxmemory`, by Redis's approximation: the best of a few keys picked by chance. */
export class Eviction {
  readonly #settings: Settings;
  readonly #databases: readonly Database[];
  readonly #usedBytes: () => number;
  readonly #now: () => number;
  #pool: Candidate[] = [];

  constructor(options: {
    readonly settings: Settings;
    readonly databases: readonly Database[];
    readonly usedBytes: () => number;
    readonly now: () => number;
  }) {
    this.#settings = options.settings;
    this.#databases = options.databases;
    this.#usedBytes = options.usedBytes;
    this.#now = options.now;
  }

  /** Evicts until the data fits. False when it does not fit and the policy finds nothing to evict. */
  makeRoom(): boolean {
    if (!this.#isFull()) return true;
    if (this.#settings.policy === 'noeviction') return false;
    const deadline = performance.now() + BUDGET_MS;
    for (let evicted = 0; this.#isFull(); evicted += 1) {
      const next = this.#next();
      if (!next) return false;
      next.database.evict(next.entry);
      if (evicted % EVICTIONS_PER_CHECK === 0 && performance.now() > deadline) return true;
    }
    return true;
  }

  #isFull(): boolean {
    const { maxmemory } = this.#settings;
    return maxmemory > 0 && this.#usedBytes() > maxmemory;
  }

  #next(): Candidate | undefined {
    const { policy, samples } = this.#settings;
    const volatile = policy.startsWith('volatile');
    const filled = this.#databases.filter((database) => (volatile ? database.volatileSize : database.size) > 0);
    if (policy.endsWith('random')) return randomCandidate(filled, volatile);
    // What was a candidate may be gone, used or written since.
    this.#pool = this.#pool.flatMap(({ database, entry }) => {
      const stays = database.peek(entry.key) === entry && !(volatile && entry.expiresAt === Infinity);
      return stays ? { database, entry, score: this.#score(entry) } : [];
    });
    for (const database of filled) {
      for (let sample = 0; sample < samples; sample += 1) this.#consider(database, database.randomEntry({ volatile }));
    }
    this.#pool.sort((a, b) => a.score - b.score);
    this.#pool.splice(0, this.#pool.length - POOL_SIZE);
    return this.#pool.pop();
  }

  #consider(database: Database, entry: Entry | undefined): void {
    if (!entry || this.#pool.some((candidate) => candidate.entry === entry)) return;
    this.#pool.push({ database, entry, score: this.#score(entry) });
  }

  /** How long a key was not used, or, for volatile-ttl, how soon it expires. */
  #score(entry: Entry): number {
    return this.#settings.policy === 'volatile-ttl' ? -entry.expiresAt : this.#now() - entry.usedAt;
  }
}

/** Any key of any database. */
function randomCandidate(filled: readonly Database[], volatile: boolean): Candidate | undefined {
  const database = filled[Math.floor(Math.random() * filled.length)];
  const entry = database?.randomEntry({ volatile });
  return database && entry && { database, entry, score: 0 };
}
