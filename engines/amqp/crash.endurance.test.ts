import { connect } from 'amqplib';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { crashRounds } from '../testing/crash-rounds.js';
import type { CrashSession } from '../testing/crash-rounds.js';
import type { Random } from '../testing/seeded-random.js';
import { BrokerProcess, temporaryFolder } from './broker-process.test.js';
import { CrashModel } from './testing/crash-model.test.js';

const ROUNDS = 200;
const SEED = Number(process.env['QUICKBITE_SEED'] ?? 1);

/** `work` sends what is refused to `dead`; the exchange `both` goes to `work` and `copy`; `marks` proves what is on disk. */
const QUEUES = ['work', 'copy', 'dead', 'marks'];
const SMALL_BODY = 300;
/** Now and then, so that the journal is rewritten every few rounds. */
const LARGE_BODY = 400_000;

/** What the clients of all rounds know. */
class Ledger {
  readonly model = new CrashModel(QUEUES);
  /** Durable queues that were declared, deleted, or neither for certain. */
  readonly extra = new Map<string, 'there' | 'gone' | 'changing'>();
  #last = 0;

  nextId(kind: string): string {
    this.#last += 1;
    return `${kind}-${this.#last}`;
  }
}

class Session implements CrashSession {
  readonly #connection: ChannelModel;
  readonly #channel: ConfirmChannel;
  readonly #ledger: Ledger;

  private constructor(connection: ChannelModel, channel: ConfirmChannel, ledger: Ledger) {
    this.#connection = connection;
    this.#channel = channel;
    this.#ledger = ledger;
  }

  static async open(broker: BrokerProcess, ledger: Ledger): Promise<Session> {
    const connection = await connect(broker.url, { noDelay: true });
    connection.on('error', () => undefined);
    const channel = await connection.createConfirmChannel();
    channel.on('error', () => undefined);
    for (const queue of QUEUES) {
      const letters = queue === 'work' ? { deadLetterExchange: '', deadLetterRoutingKey: 'dead' } : {};
      await channel.assertQueue(queue, { durable: true, ...letters });
    }
    await channel.assertExchange('both', 'fanout', { durable: true });
    for (const queue of ['work', 'copy']) await channel.bindQueue(queue, 'both', '');
    return new Session(connection, channel, ledger);
  }

  async write(random: Random): Promise<void> {
    const dice = random.below(100);
    if (dice < 35) return this.#publish(['work'], '', 'work', random);
    if (dice < 45) return this.#publish(['work', 'copy'], 'both', '', random);
    if (dice < 50) return this.#publishTransient();
    if (dice < 65) return this.#settle('work', 'ack');
    if (dice < 75) return this.#settle('work', 'reject');
    if (dice < 84) return this.#settle('copy', 'ack');
    if (dice < 92) return this.#settle('dead', 'ack');
    if (dice < 96) return this.#declare();
    return this.#delete();
  }

  /** Looks at every message without taking it. */
  async verify(): Promise<void> {
    const { model, extra } = this.#ledger;
    const wrong: string[] = [];
    for (const queue of ['work', 'copy', 'dead']) wrong.push(...model.check(queue, await this.#peek(queue)));
    wrong.push(...model.lostOnTheWay());
    await this.#channel.purgeQueue('marks');
    for (const [queue, state] of extra) {
      const there = await this.#exists(queue);
      if (state !== 'changing' && there !== (state === 'there')) {
        wrong.push(`the queue ${queue} is ${there ? 'there' : 'gone'}, it was ${state}`);
      }
      if (there) extra.set(queue, 'there');
      else extra.delete(queue);
    }
    if (wrong.length > 0) throw new Error(wrong.slice(0, 10).join('; '));
  }

  async close(): Promise<void> {
    await this.#connection.close().catch(() => undefined);
  }

  async #publish(queues: readonly string[], exchange: string, key: string, random: Random): Promise<void> {
    const { model } = this.#ledger;
    const id = this.#ledger.nextId('kept');
    for (const queue of queues) model.sent(id, queue);
    const body = Buffer.alloc(random.chance(0.01) ? LARGE_BODY : SMALL_BODY, 'x');
    await this.#confirmed(exchange, key, body, { persistent: true, messageId: id });
    for (const queue of queues) model.confirmed(id, queue);
  }

  /** Confirmed too, but not for longer than the process lives. */
  async #publishTransient(): Promise<void> {
    await this.#confirmed('', 'copy', Buffer.from('x'), { persistent: false, messageId: 'transient' });
  }

  async #settle(queue: string, how: 'ack' | 'reject'): Promise<void> {
    const { model } = this.#ledger;
    const message = await this.#channel.get(queue);
    if (!message) return;
    const id = String(message.properties.messageId);
    if (id === 'transient') {
      this.#channel.ack(message);
      return;
    }
    const to = how === 'reject' ? 'dead' : undefined;
    model.leaving(id, queue, to);
    if (how === 'ack') this.#channel.ack(message);
    else this.#channel.reject(message, false);
    // An ack has no answer; what is confirmed after it on the same channel was written after it.
    await this.#confirmed('', 'marks', Buffer.from('x'), { persistent: true });
    model.left(id, queue, to);
  }

  async #declare(): Promise<void> {
    const { extra } = this.#ledger;
    if (extra.size >= 8) return;
    const queue = this.#ledger.nextId('extra');
    extra.set(queue, 'changing');
    await this.#channel.assertQueue(queue, { durable: true });
    extra.set(queue, 'there');
  }

  async #delete(): Promise<void> {
    const { extra } = this.#ledger;
    const [queue] = [...extra].find(([, state]) => state === 'there') ?? [];
    if (queue === undefined) return;
    extra.set(queue, 'changing');
    await this.#channel.deleteQueue(queue);
    extra.set(queue, 'gone');
  }

  #confirmed(exchange: string, key: string, body: Buffer, options: object): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#channel.publish(exchange, key, body, options, (error: unknown) => {
        if (error) reject(error instanceof Error ? error : new Error('the broker refused the message'));
        else resolve();
      });
    });
  }

  async #peek(queue: string): Promise<string[]> {
    const looking = await this.#connection.createChannel();
    const ids: string[] = [];
    for (let next = await looking.get(queue); next; next = await looking.get(queue)) {
      ids.push(String(next.properties.messageId));
    }
    await looking.close();
    return ids;
  }

  async #exists(queue: string): Promise<boolean> {
    const asking = await this.#connection.createChannel();
    asking.on('error', () => undefined);
    return asking.checkQueue(queue).then(
      () => asking.close().then(() => true),
      () => false,
    );
  }
}

describe('the embedded broker under kill -9', () => {
  it(`keeps what it confirmed, and only that, over ${ROUNDS} crashes (seed ${SEED})`, async () => {
    const folder = temporaryFolder();
    const ledger = new Ledger();
    try {
      const tally = await crashRounds({
        rounds: ROUNDS,
        seed: SEED,
        acknowledged: 40,
        inFlight: 16,
        start: () => BrokerProcess.start(folder.path),
        connect: (broker: BrokerProcess) => Session.open(broker, ledger),
      });
      expect(tally.acknowledged).toBeGreaterThan(ROUNDS * 10);
      expect(tally.cutOff).toBeGreaterThan(ROUNDS);
    } finally {
      folder.remove();
    }
  });
});
