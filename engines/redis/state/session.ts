import type { Reply } from '../resp/reply.js';
import type { RespVersion } from '../resp/reply-writer.js';

/** A transaction between MULTI and EXEC. */
export interface Transaction {
  readonly queued: string[][];
  /** A command could not be queued: EXEC answers EXECABORT. */
  failed: boolean;
  /** A queued command may write. */
  writes: boolean;
  /** A queued command may make data grow. */
  grows: boolean;
}

/** How a session reaches its socket. */
export interface SessionLink {
  readonly address: string;
  readonly localAddress: string;
  send(reply: Reply): void;
  /** Sends what is due, then closes. */
  close(): void;
}

/** What the server knows of one client. */
export class Session {
  readonly id: number;
  readonly link: SessionLink;
  readonly createdAt: number;
  lastUsedAt: number;
  lastCommand = 'NULL';
  name = '';
  libraryName = '';
  libraryVersion = '';
  database = 0;
  version: RespVersion = 2;
  transaction: Transaction | undefined;
  /** A watched key was changed: EXEC answers nil. */
  watchBroken = false;
  readonly channels = new Set<string>();
  readonly patterns = new Set<string>();
  /** Ends the wait of a blocking command; set while one waits. */
  unblock: ((reply: Reply) => void) | undefined;

  constructor(id: number, link: SessionLink, now: number) {
    this.id = id;
    this.link = link;
    this.createdAt = now;
    this.lastUsedAt = now;
  }

  get subscriptionCount(): number {
    return this.channels.size + this.patterns.size;
  }
}
