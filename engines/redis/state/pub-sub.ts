import { globMatcher } from '../keyspace/glob.js';
import { Push } from '../resp/reply.js';
import type { Session } from './session.js';

type Kind = 'channels' | 'patterns';

/** Channels and patterns, and who listens. A message goes to those who listen now; nothing is kept. */
export class PubSub {
  readonly #channels = new Map<string, Set<Session>>();
  readonly #patterns = new Map<string, Set<Session>>();

  get patternCount(): number {
    return this.#patterns.size;
  }

  get channelCount(): number {
    return this.#channels.size;
  }

  subscribe(session: Session, kind: Kind, name: string): void {
    session[kind].add(name);
    const subscribers = this.#of(kind).get(name);
    if (subscribers) subscribers.add(session);
    else this.#of(kind).set(name, new Set([session]));
  }

  unsubscribe(session: Session, kind: Kind, name: string): void {
    session[kind].delete(name);
    const subscribers = this.#of(kind).get(name);
    subscribers?.delete(session);
    if (subscribers?.size === 0) this.#of(kind).delete(name);
  }

  unsubscribeAll(session: Session): void {
    for (const kind of ['channels', 'patterns'] as const) {
      for (const name of [...session[kind]]) this.unsubscribe(session, kind, name);
    }
  }

  /** Sends the message and says how many got it; one that matches a channel and a pattern gets two. */
  publish(channel: string, message: string): number {
    let receivers = 0;
    for (const session of this.#channels.get(channel) ?? []) {
      session.link.send(new Push(['message', channel, message]));
      receivers += 1;
    }
    for (const [pattern, sessions] of this.#patterns) {
      if (!globMatcher(pattern)(channel)) continue;
      for (const session of sessions) session.link.send(new Push(['pmessage', pattern, channel, message]));
      receivers += sessions.size;
    }
    return receivers;
  }

  channelNames(): string[] {
    return [...this.#channels.keys()];
  }

  subscriberCount(channel: string): number {
    return this.#channels.get(channel)?.size ?? 0;
  }

  #of(kind: Kind): Map<string, Set<Session>> {
    return kind === 'channels' ? this.#channels : this.#patterns;
  }
}
