import type { Database } from '../keyspace/database.js';
import type { Session } from './session.js';

/** Which sessions WATCH which keys. */
export class Watches {
  readonly #watchers = new Map<string, Set<Session>>();
  readonly #watched = new Map<Session, Set<string>>();

  watch(session: Session, database: number, key: string): void {
    const id = `${database}:${key}`;
    addTo(this.#watchers, id, session);
    addTo(this.#watched, session, id);
  }

  /** A key was changed: the transactions of those who watch it will not run. */
  changed(database: number, key: string): void {
    if (this.#watchers.size === 0) return;
    for (const session of this.#watchers.get(`${database}:${key}`) ?? []) session.watchBroken = true;
  }

  /** Lets watched keys that are past their time expire now, which counts as a change. */
  expireWatched(session: Session, databases: readonly Database[]): void {
    for (const id of this.#watched.get(session) ?? []) {
      const separator = id.indexOf(':');
      databases[Number(id.slice(0, separator))]?.peek(id.slice(separator + 1));
    }
  }

  unwatch(session: Session): void {
    for (const id of this.#watched.get(session) ?? []) {
      const watchers = this.#watchers.get(id);
      watchers?.delete(session);
      if (watchers?.size === 0) this.#watchers.delete(id);
    }
    this.#watched.delete(session);
    session.watchBroken = false;
  }
}

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}
