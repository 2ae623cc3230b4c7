import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { expectSoon } from '../expect-soon.test.js';
import { clients, deathsOf } from './clients.test.js';
import type { UrlOf } from './clients.test.js';

export function deadLetterBehaviours(url: UrlOf): void {
  describe('dead letters', () => {
    const amqp = clients(url);
    const { name, queue, exchange, send, next, texts, countOf, collect } = amqp;

    async function deadLetterQueue() {
      const dlx = await exchange('fanout');
      const dead = await queue('dead');
      await amqp.channel.bindQueue(dead, dlx, '');
      return { dlx, dead };
    }

    it('of refused messages carry their history', async () => {
      const { dlx, dead } = await deadLetterQueue();
      const q = await queue('q', { 'x-dead-letter-exchange': dlx });
      send(q, '1', { headers: { mine: 'kept' }, messageId: 'm' });
      amqp.channel.nack(await next(q), false, false);
      const letter = await next(dead);
      expect(letter.fields).toMatchObject({ exchange: dlx, routingKey: q, redelivered: false });
      expect(letter.properties.messageId).toBe('m');
      expect(letter.properties.headers).toMatchObject({
        mine: 'kept',
        'x-first-death-exchange': '',
        'x-first-death-queue': q,
        'x-first-death-reason': 'rejected',
      });
      const [death] = deathsOf(letter);
      expect(death).toMatchObject({ count: 1, reason: 'rejected', queue: q, exchange: '', 'routing-keys': [q] });
      expect(death?.['time']).toMatchObject({ '!': 'timestamp' });
    });

    it('remember the exchange and the key that the message was published with', async () => {
      const { dlx, dead } = await deadLetterQueue();
      const x = await exchange('topic');
      const q = await queue('q', { 'x-dead-letter-exchange': dlx });
      await amqp.channel.bindQueue(q, x, 'order.#');
      amqp.channel.publish(x, 'order.paid', Buffer.from('1'));
      amqp.channel.reject(await next(q), false);
      const letter = await next(dead);
      expect(letter.fields.routingKey).toBe('order.paid');
      expect(deathsOf(letter)[0]).toMatchObject({ exchange: x, 'routing-keys': ['order.paid'] });
    });

    it('go by x-dead-letter-routing-key where it is set', async () => {
      const dead = await queue('dead');
      const q = await queue('q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead });
      send(q, '1');
      amqp.channel.reject(await next(q), false);
      expect((await next(dead)).fields).toMatchObject({ exchange: '', routingKey: dead });
    });

    it('of several messages refused at once keep their order', async () => {
      const { dlx, dead } = await deadLetterQueue();
      const q = await queue('q', { 'x-dead-letter-exchange': dlx });
      for (const text of ['1', '2', '3']) send(q, text);
      await next(q);
      await next(q);
      amqp.channel.nack(await next(q), true, false);
      expect(await texts(dead, 3)).toEqual(['1', '2', '3']);
    });

    it('are counted when a message comes round again', async () => {
      const dlx = await exchange('direct');
      const [q, dead] = [await queue('q', { 'x-dead-letter-exchange': dlx }), await queue('dead')];
      await amqp.channel.bindQueue(dead, dlx, q);
      send(q, '1');
      for (let round = 1; round <= 3; round += 1) {
        amqp.channel.reject(await next(q), false);
        const letter = await next(dead);
        expect(deathsOf(letter).map((death) => death['count'])).toEqual([round]);
        amqp.channel.ack(letter);
        amqp.channel.sendToQueue(q, letter.content, { headers: letter.properties.headers });
      }
    });

    it('list the latest death first, and keep the first one in headers of its own', async () => {
      const end = await queue('end');
      const second = await queue('second', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': end });
      const first = await queue('first', {
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': second,
        'x-message-ttl': 20,
      });
      send(first, '1');
      amqp.channel.reject(await next(second), false);
      const letter = await next(end);
      expect(deathsOf(letter).map(({ queue: where, reason }) => [where, reason])).toEqual([
        [second, 'rejected'],
        [first, 'expired'],
      ]);
      expect(letter.properties.headers).toMatchObject({
        'x-first-death-queue': first,
        'x-first-death-reason': 'expired',
      });
    });

    it("forget a message's own expiration, and remember what it was", async () => {
      const { dlx, dead } = await deadLetterQueue();
      const q = await queue('q', { 'x-dead-letter-exchange': dlx });
      send(q, '1', { expiration: '50' });
      const letter = await next(dead);
      expect(letter.properties.expiration).toBeUndefined();
      expect(deathsOf(letter)[0]).toMatchObject({ reason: 'expired', 'original-expiration': '50' });
    });

    it('stay persistent, and are confirmed to nobody', async () => {
      const { dlx, dead } = await deadLetterQueue();
      const q = await queue('q', { 'x-dead-letter-exchange': dlx });
      send(q, '1', { persistent: true, priority: 4 });
      amqp.channel.reject(await next(q), false);
      expect((await next(dead)).properties).toMatchObject({ deliveryMode: 2, priority: 4 });
    });

    it('that no queue takes are lost, without an error', async () => {
      const q = await queue('q', { 'x-dead-letter-exchange': name('missing') });
      send(q, '1');
      amqp.channel.reject(await next(q), false);
      send(q, '2');
      expect(await texts(q, 1)).toEqual(['2']);
    });

    it('are not made of messages that are purged or deleted', async () => {
      const { dlx, dead } = await deadLetterQueue();
      const q = await queue('q', { 'x-dead-letter-exchange': dlx });
      send(q, '1');
      await expectSoon(() => countOf(q)).toBe(1);
      await amqp.channel.purgeQueue(q);
      send(q, '2');
      await amqp.channel.deleteQueue(q);
      expect(await countOf(dead)).toBe(0);
    });

    /** What is in queues after more than a round through them, a message for each queue that says so included. */
    async function leftIn(...queues: string[]): Promise<string[]> {
      await delay(150);
      const consumers = await Promise.all(queues.map((q) => collect(q, { noAck: true })));
      const found = () => consumers.flatMap((one) => one.texts());
      for (const q of queues) send(q, 'last');
      await expectSoon(() => found().filter((text) => text === 'last').length).toBe(queues.length);
      return found();
    }

    it('that would go in a circle without being refused are dropped', async () => {
      const q = await queue('q', {
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': name('q'),
        'x-message-ttl': 20,
      });
      send(q, '1');
      expect(await leftIn(q)).toEqual(['last']);
    });

    it('that go in a circle over two queues without being refused are dropped', async () => {
      const args = (to: string) => ({
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': name(to),
        'x-message-ttl': 20,
      });
      const [a, b] = [await queue('a', args('b')), await queue('b', args('a'))];
      send(a, '1');
      expect(await leftIn(a, b)).toEqual(['last', 'last']);
    });

    it('that are refused may go in a circle for ever', async () => {
      const q = await queue('q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': name('q') });
      send(q, '1');
      for (let round = 0; round < 3; round += 1) {
        const message = await next(q);
        expect(Number(deathsOf(message)[0]?.['count'] ?? 0)).toBe(round);
        amqp.channel.reject(message, false);
      }
      expect(deathsOf(await next(q))[0]).toMatchObject({ count: 3, reason: 'rejected' });
    });

    it('make a delayed retry with a queue that has a time to live', async () => {
      const work = await queue('work', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': name('retry') });
      await queue('retry', { 'x-message-ttl': 40, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': work });
      send(work, '1');
      const attempts: number[] = [];
      await new Promise<void>((resolve) => {
        void amqp.channel.consume(work, (message) => {
          if (!message) return;
          attempts.push(Number(deathsOf(message).find((death) => death['queue'] === work)?.['count'] ?? 0));
          if (attempts.length < 4) {
            amqp.channel.nack(message, false, false);
          } else {
            amqp.channel.ack(message);
            resolve();
          }
        });
      });
      expect(attempts).toEqual([0, 1, 2, 3]);
    });

    it('reach every queue of a dead-letter exchange', async () => {
      const { dlx, dead } = await deadLetterQueue();
      const audit = await queue('audit');
      await amqp.channel.bindQueue(audit, dlx, '');
      const q = await queue('q', { 'x-dead-letter-exchange': dlx });
      send(q, '1');
      amqp.channel.reject(await next(q), false);
      expect(await texts(dead, 1)).toEqual(['1']);
      expect(await texts(audit, 1)).toEqual(['1']);
    });
  });
}
