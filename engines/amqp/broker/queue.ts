import { decodeProperties } from '../codec/amqplib-codec.js';
import type { Table } from '../codec/methods.js';
import type { Consumer } from './consumer.js';
import type { Message } from './message.js';
import { PriorityMessages } from './priority-messages.js';
import type { QueueArguments } from './queue-arguments.js';
import type { Entry } from './queue-entry.js';
import { ReadyMessages } from './ready-messages.js';

/** Why a message left a queue without being acknowledged; RabbitMQ's words, as seen in `x-death`. */
export type DeathReason = 'rejected' | 'expired' | 'maxlen';

export interface QueueOptions {
  readonly id: number;
  readonly name: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** The connection that alone may use the queue, and with which it goes. */
  readonly owner: object | undefined;
  readonly arguments: Table;
  readonly parsed: QueueArguments;
}

/** What a queue tells the broker. */
export interface QueueEvents {
  deadLetter(queue: Queue, message: Message, reason: DeathReason): void;
  settled(queue: Queue, entry: Entry): void;
  delivered(queue: Queue, entry: Entry): void;
  /** An auto-delete queue lost its last consumer, or `x-expires` passed without use. */
  unused(queue: Queue): void;
}

/** The longest time that setTimeout can wait. */
const LONGEST_TIMER = 2_147_483_647;

/** A classic queue: ready messages in order, consumers served in turn, expiry at the head. */
export class Queue {
  readonly options: QueueOptions;
  readonly #events: QueueEvents;
  readonly #ready: ReadyMessages | PriorityMessages;
  readonly #unacked = new Set<Entry>();
  #consumers: Consumer[] = [];
  #turn = 0;
  /** The highest priority among the consumers. */
  #topPriority = -Infinity;
  #pumping = false;
  #expiry: { readonly at: number; readonly timer: NodeJS.Timeout } | undefined;
  #unusedTimer: NodeJS.Timeout | undefined;

  constructor(options: QueueOptions, events: QueueEvents) {
    this.options = options;
    this.#events = events;
    const { maxPriority } = options.parsed;
    this.#ready = maxPriority > 0 ? new PriorityMessages(maxPriority) : new ReadyMessages();
    this.touch();
  }

  get name(): string {
    return this.options.name;
  }

  /** It survives a restart, with its persistent messages. */
  get durable(): boolean {
    return this.options.durable;
  }

  /** Ready messages, as `declare-ok` counts them. */
  get messageCount(): number {
    return this.#ready.size;
  }

  get consumers(): readonly Consumer[] {
    return this.#consumers;
  }

  /** Everything it holds; `sent` when it went to a consumer, acknowledged or not. */
  *entries(): Iterable<{ readonly entry: Entry; readonly sent: boolean }> {
    for (const entry of this.#ready) yield { entry, sent: entry.redelivered };
    for (const entry of this.#unacked) yield { entry, sent: true };
  }

  /** Whether a publish is taken, as `x-overflow` says. */
  accepts(message: Message): boolean {
    return this.options.parsed.overflow === 'drop-head' || !this.#exceeded(1, message.body.length);
  }

  enqueue(message: Message): void {
    this.#ready.push(this.#entry(message, false));
    this.pump(message.publishedAt);
    while (this.#exceeded(0, 0)) this.#die(this.#ready.shift(), 'maxlen');
    this.#armExpiry();
  }

  /** Takes back a message that the journal kept. */
  recover(message: Message, delivered: boolean): void {
    this.#ready.push(this.#entry(message, delivered));
    this.#armExpiry();
  }

  /** Takes the first message for `basic.get`. */
  get(noAck: boolean): Entry | undefined {
    this.touch();
    this.#dropExpired(Date.now());
    const entry = this.#ready.shift();
    if (entry) this.#take(entry, noAck);
    this.#armExpiry();
    return entry;
  }

  addConsumer(consumer: Consumer): void {
    this.touch();
    this.#consumers.push(consumer);
    this.#topPriority = Math.max(this.#topPriority, consumer.priority);
    this.pump();
  }

  removeConsumer(consumer: Consumer): void {
    const before = this.#consumers.length;
    this.#consumers = this.#consumers.filter((one) => one !== consumer);
    this.#topPriority = Math.max(...this.#consumers.map(({ priority }) => priority));
    if (this.#consumers.length > 0 || before === 0) return;
    if (this.options.autoDelete) this.#events.unused(this);
    else this.touch();
  }

  /** An acknowledged message leaves the queue. */
  ack(entry: Entry): void {
    if (this.#unacked.delete(entry)) this.#events.settled(this, entry);
  }

  /** A refused message leaves the queue for the dead-letter exchange. */
  reject(entry: Entry): void {
    if (this.#unacked.delete(entry)) this.#die(entry, 'rejected');
  }

  /** Refused or lost deliveries go back to their places, marked as redelivered. */
  requeue(entries: readonly Entry[]): void {
    // From the last to the first, each goes to the front of those already back, which is cheap.
    for (const entry of [...entries].sort((a, b) => b.message.id - a.message.id)) {
      if (!this.#unacked.delete(entry)) continue;
      entry.redelivered = true;
      this.#ready.restore(entry);
    }
    this.pump();
  }

  /** Drops the ready messages, not to the dead-letter exchange. Returns how many. */
  purge(): number {
    const count = this.#ready.size;
    for (let entry = this.#ready.shift(); entry; entry = this.#ready.shift()) this.#events.settled(this, entry);
    this.#armExpiry();
    return count;
  }

  /** Delivers while there are messages and consumers that can take one. */
  pump(now = Date.now()): void {
    // A delivery may publish (dead letters) and so come back here: the outer loop goes on with what was added.
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      this.#dropExpired(now);
      while (this.#ready.size > 0) {
        const consumer = this.#nextConsumer();
        const entry = consumer && this.#ready.shift();
        if (!entry) break;
        this.#take(entry, consumer.noAck);
        consumer.deliver(entry);
        this.#dropExpired(now);
      }
    } finally {
      this.#pumping = false;
    }
    this.#armExpiry();
  }

  /** Starts the time of `x-expires` again. */
  touch(): void {
    clearTimeout(this.#unusedTimer);
    const { expires } = this.options.parsed;
    if (expires === undefined) return;
    this.#unusedTimer = setTimeout(
      () => {
        if (this.#consumers.length === 0) this.#events.unused(this);
      },
      Math.min(expires, LONGEST_TIMER),
    );
  }

  /** Stops the timers, and forgets messages and consumers without telling anybody. Returns the consumers that it had. */
  dispose(): readonly Consumer[] {
    clearTimeout(this.#unusedTimer);
    clearTimeout(this.#expiry?.timer);
    for (let entry = this.#ready.shift(); entry; entry = this.#ready.shift());
    this.#unacked.clear();
    const consumers = this.#consumers;
    this.#consumers = [];
    return consumers;
  }

  #entry(message: Message, redelivered: boolean): Entry {
    const ttl = Math.min(this.options.parsed.messageTtl ?? Infinity, message.expiration ?? Infinity);
    return {
      message,
      redelivered,
      priority: this.options.parsed.maxPriority > 0 ? (decodeProperties(message.properties).priority ?? 0) : 0,
      expiresAt: ttl === Infinity ? undefined : message.publishedAt + ttl,
      stored: this.durable && message.persistent,
    };
  }

  #take(entry: Entry, noAck: boolean): void {
    if (noAck) {
      this.#events.settled(this, entry);
      return;
    }
    this.#unacked.add(entry);
    if (!entry.redelivered) this.#events.delivered(this, entry);
  }

  #die(entry: Entry | undefined, reason: DeathReason): void {
    if (!entry) return;
    // The dead letter is journalled before the original is dropped: a crash in between repeats it rather than losing it.
    this.#events.deadLetter(this, entry.message, reason);
    this.#events.settled(this, entry);
  }

  /** Of the consumers that can take one more, one with the highest priority; equals in turn. */
  #nextConsumer(): Consumer | undefined {
    if (this.options.parsed.singleActiveConsumer) return this.#consumers[0]?.ready() ? this.#consumers[0] : undefined;
    let best: { consumer: Consumer; index: number } | undefined;
    for (let tried = 0; tried < this.#consumers.length; tried += 1) {
      const index = (this.#turn + tried) % this.#consumers.length;
      const consumer = this.#consumers[index];
      if (!consumer || (best && consumer.priority <= best.consumer.priority) || !consumer.ready()) continue;
      best = { consumer, index };
      if (consumer.priority === this.#topPriority) break;
    }
    if (best) this.#turn = best.index + 1;
    return best?.consumer;
  }

  #exceeded(moreMessages: number, moreBytes: number): boolean {
    const { maxLength = Infinity, maxLengthBytes = Infinity } = this.options.parsed;
    return this.#ready.size + moreMessages > maxLength || this.#ready.bytes + moreBytes > maxLengthBytes;
  }

  /** Only the head can expire, as in RabbitMQ: a message behind one that lives longer waits for it. */
  #dropExpired(now: number): void {
    for (
      let head = this.#ready.first;
      head?.expiresAt !== undefined && head.expiresAt < now;
      head = this.#ready.first
    ) {
      this.#die(this.#ready.shift(), 'expired');
    }
  }

  #armExpiry(): void {
    const at = this.#ready.first?.expiresAt;
    if (at === this.#expiry?.at) return;
    clearTimeout(this.#expiry?.timer);
    this.#expiry = undefined;
    if (at === undefined) return;
    const wait = Math.min(Math.max(at - Date.now() + 1, 0), LONGEST_TIMER);
    const timer = setTimeout(() => {
      this.#expiry = undefined;
      this.pump();
    }, wait);
    this.#expiry = { at, timer };
  }
}
