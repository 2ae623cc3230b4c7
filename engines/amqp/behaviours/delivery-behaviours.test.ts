import { describe, expect, it } from 'vitest';
import { expectSoon } from '../expect-soon.test.js';
import { clients } from './clients.test.js';
import type { UrlOf } from './clients.test.js';

export function deliveryBehaviours(url: UrlOf): void {
  describe('delivery', () => {
    const amqp = clients(url);
    const { name, open, queue, send, next, countOf, collect, refusal } = amqp;

    it('carries content and every property unchanged', async () => {
      const q = await queue('q');
      const content = Buffer.from([0, 255, 206, 10]);
      const properties = {
        contentType: 'application/json',
        contentEncoding: 'utf8',
        headers: { text: 'ü', number: 7, big: 2 ** 40, yes: true, nothing: null, list: [1, 'a'], table: { deep: 1.5 } },
        deliveryMode: 2,
        priority: 3,
        correlationId: 'c',
        replyTo: 'r',
        messageId: 'm',
        timestamp: 1_700_000_000,
        type: 't',
        userId: 'guest',
        appId: 'a',
      };
      amqp.channel.sendToQueue(q, content, properties);
      const message = await next(q);
      expect(message.content).toEqual(content);
      expect(message.properties).toMatchObject(properties);
      expect(message.fields).toMatchObject({ exchange: '', routingKey: q, redelivered: false, messageCount: 0 });
    });

    it('carries an empty and a large message', async () => {
      const q = await queue('q');
      const large = Buffer.alloc(3_000_000, 'abc');
      amqp.channel.sendToQueue(q, Buffer.alloc(0));
      amqp.channel.sendToQueue(q, large);
      expect((await next(q)).content).toHaveLength(0);
      expect((await next(q)).content.equals(large)).toBe(true);
    });

    it('answers get on an empty queue with false, and says how many are left after it otherwise', async () => {
      const q = await queue('q');
      expect(await amqp.channel.get(q)).toBe(false);
      for (const text of ['1', '2', '3']) send(q, text);
      await expectSoon(() => countOf(q)).toBe(3);
      expect((await next(q)).fields).toMatchObject({ messageCount: 2, deliveryTag: 1 });
    });

    it('gives a message for good to a get that needs no acknowledgement', async () => {
      const q = await queue('q');
      send(q, '1');
      const other = await amqp.connection.createChannel();
      await expectSoon(() => other.get(q, { noAck: true })).toMatchObject({ fields: { redelivered: false } });
      await other.close();
      expect(await countOf(q)).toBe(0);
    });

    it('serves consumers in turn, each message once and in order', async () => {
      const q = await queue('q');
      const consumers = await Promise.all([1, 2, 3].map(() => collect(q, { noAck: true })));
      for (let i = 0; i < 9; i += 1) send(q, String(i));
      await expectSoon(() => consumers.map(({ messages }) => messages.length)).toEqual([3, 3, 3]);
      expect(consumers.flatMap((one) => one.texts()).sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
    });

    it('names the consumer in each message, by its own name or by one that the server makes up', async () => {
      const q = await queue('q');
      const { consumerTag, messages } = await collect(q);
      expect(consumerTag).toMatch(/^amq\.ctag-[\w-]{22}$/);
      send(q, '1');
      await expectSoon(() => messages[0]?.fields.consumerTag).toBe(consumerTag);
      expect((await collect(q, { consumerTag: 'mine' })).consumerTag).toBe('mine');
    });

    it('allows the same consumer tag on two channels', async () => {
      const q = await queue('q');
      const other = await amqp.connection.createChannel();
      await collect(q, { consumerTag: 'same' });
      expect((await collect(q, { consumerTag: 'same' }, other)).consumerTag).toBe('same');
    });

    it('gives a consumer no more than its prefetch, and one more for each ack', async () => {
      const q = await queue('q');
      for (let i = 0; i < 5; i += 1) send(q, String(i));
      await amqp.channel.prefetch(2);
      const { messages } = await collect(q);
      await expectSoon(() => countOf(q)).toBe(3);
      expect(messages).toHaveLength(2);
      amqp.channel.ack(messages[0]!);
      await expectSoon(() => messages.length).toBe(3);
      expect(await countOf(q)).toBe(2);
    });

    it('counts the prefetch of each consumer for itself', async () => {
      const q = await queue('q');
      for (let i = 0; i < 9; i += 1) send(q, String(i));
      await amqp.channel.prefetch(2);
      const first = await collect(q);
      await amqp.channel.prefetch(3);
      const second = await collect(q);
      await expectSoon(() => [first.messages.length, second.messages.length]).toEqual([2, 3]);
      await expectSoon(() => countOf(q)).toBe(4);
    });

    it('shares a global prefetch among the consumers of a channel', async () => {
      const [a, b] = [await queue('a'), await queue('b')];
      for (let i = 0; i < 3; i += 1) {
        send(a, String(i));
        send(b, String(i));
      }
      await amqp.channel.prefetch(3, true);
      const [first, second] = [await collect(a), await collect(b)];
      const got = () => first.messages.length + second.messages.length;
      await expectSoon(got).toBe(3);
      await expectSoon(async () => (await countOf(a)) + (await countOf(b))).toBe(3);
      amqp.channel.ackAll();
      await expectSoon(got).toBe(6);
    });

    it('does not count messages without acknowledgement against the prefetch', async () => {
      const q = await queue('q');
      for (let i = 0; i < 5; i += 1) send(q, String(i));
      await amqp.channel.prefetch(1);
      const { messages } = await collect(q, { noAck: true });
      await expectSoon(() => messages.length).toBe(5);
    });

    it('does not count messages that were fetched with get against the prefetch of a consumer', async () => {
      const q = await queue('q');
      for (let i = 0; i < 3; i += 1) send(q, String(i));
      await next(q);
      await amqp.channel.prefetch(1);
      const { messages } = await collect(q);
      await expectSoon(() => messages.length).toBe(1);
      await expectSoon(() => countOf(q)).toBe(1);
    });

    it('prefers consumers with a higher priority while they can take more', async () => {
      const q = await queue('q');
      const low = await collect(q);
      const other = await amqp.connection.createChannel();
      await other.prefetch(2);
      const high = await collect(q, { priority: 10 }, other);
      for (let i = 0; i < 3; i += 1) send(q, String(i));
      await expectSoon(() => [high.texts(), low.texts()]).toEqual([['0', '1'], ['2']]);
    });

    it('allows an exclusive consumer nobody beside it', async () => {
      const q = await queue('q');
      const { consumerTag } = await collect(q, { exclusive: true });
      const words = `403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - queue '${q}' in vhost '/' in exclusive use"`;
      expect(await refusal((on) => on.consume(q, () => undefined))).toContain(words);
      await amqp.channel.cancel(consumerTag);
      await collect(q);
      expect(await refusal((on) => on.consume(q, () => undefined, { exclusive: true }))).toContain(words);
    });

    it('refuses to consume or get from a queue that is not there', async () => {
      const words = `404 (NOT-FOUND) with message "NOT_FOUND - no queue '${name('no')}' in vhost '/'"`;
      expect(await refusal((on) => on.consume(name('no'), () => undefined))).toContain(words);
      expect(await refusal((on) => on.get(name('no')))).toContain(words);
    });

    it('stops after cancel, and keeps what was not acknowledged', async () => {
      const q = await queue('q');
      const { messages, consumerTag } = await collect(q, { consumerTag: 'mine' });
      send(q, '1');
      await expectSoon(() => messages.length).toBe(1);
      await amqp.channel.cancel(consumerTag);
      send(q, '2');
      await expectSoon(() => countOf(q)).toBe(1);
      amqp.channel.ack(messages[0]!);
      expect(messages).toHaveLength(1);
    });

    it('answers the cancel of a consumer that is not there', async () => {
      expect(await amqp.channel.cancel('nobody')).toEqual({ consumerTag: 'nobody' });
    });

    it('tells a consumer when its queue is deleted', async () => {
      const q = await queue('q');
      const cancelled = new Promise((resolve) => {
        void amqp.channel.consume(q, (message) => {
          if (message === null) resolve(true);
        });
      });
      await amqp.channel.checkQueue(q);
      await amqp.channel.deleteQueue(q);
      expect(await cancelled).toBe(true);
    });

    it('tells a consumer when its exclusive queue goes with the connection of another channel', async () => {
      const owner = await open();
      await (await owner.createChannel()).assertQueue(name('shared'), { autoDelete: false, durable: false });
      const cancelled = new Promise((resolve) => {
        void amqp.channel.consume(name('shared'), (message) => {
          if (message === null) resolve(true);
        });
      });
      await amqp.channel.checkQueue(name('shared'));
      await (await owner.createChannel()).deleteQueue(name('shared'));
      expect(await cancelled).toBe(true);
    });
  });
}
