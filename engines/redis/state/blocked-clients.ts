import type { Reply } from '../resp/reply.js';
import type { Session } from './session.js';

interface Wait {
  readonly session: Session;
  readonly ids: readonly string[];
  /** Tries the command again; undefined while there is still nothing to take. */
  attempt(): Reply | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Sessions that wait for a list or sorted set to get an element, first come first served per key. */
export class BlockedClients {
  readonly #waits = new Map<string, Set<Wait>>();
  readonly #ready = new Set<string>();

  get size(): number {
    return new Set([...this.#waits.values()].flatMap((waits) => [...waits])).size;
  }

  /**
   * Makes the session wait. `onTimeout` is what it is answered after `timeoutMs` (0 waits for ever) and on CLIENT UNBLOCK.
   */
  block(options: {
    readonly session: Session;
    readonly database: number;
    readonly keys: readonly string[];
    readonly timeoutMs: number;
    readonly onTimeout: Reply;
    readonly attempt: () => Reply | undefined;
  }): void {
    const { session, database, keys, timeoutMs, onTimeout, attempt } = options;
    const wait: Wait = { session, ids: keys.map((key) => `${database}:${key}`), attempt, timer: undefined };
    for (const id of wait.ids) {
      const waits = this.#waits.get(id);
      if (waits) waits.add(wait);
      else this.#waits.set(id, new Set([wait]));
    }
    session.unblock = (reply) => {
      this.#remove(wait);
      session.link.send(reply);
    };
    if (timeoutMs > 0) wait.timer = setTimeout(() => session.unblock?.(onTimeout), timeoutMs);
  }

  changed(database: number, key: string): void {
    if (this.#waits.size === 0) return;
    const id = `${database}:${key}`;
    if (this.#waits.has(id)) this.#ready.add(id);
  }

  /** Answers those whose keys got something since. Called between commands, never inside one. */
  serve(): void {
    for (const id of this.#ready) {
      this.#ready.delete(id);
      for (const wait of this.#waits.get(id) ?? []) {
        const reply = wait.attempt();
        if (reply !== undefined) wait.session.unblock?.(reply);
      }
    }
  }

  /** The session is gone: it gets nothing, and takes nothing. */
  forget(session: Session): void {
    for (const wait of [...this.#waits.values()].flatMap((waits) => [...waits])) {
      if (wait.session === session) this.#remove(wait);
    }
  }

  #remove(wait: Wait): void {
    clearTimeout(wait.timer);
    wait.session.unblock = undefined;
    for (const id of wait.ids) {
      const waits = this.#waits.get(id);
      waits?.delete(wait);
      if (waits?.size === 0) this.#waits.delete(id);
    }
  }
}
