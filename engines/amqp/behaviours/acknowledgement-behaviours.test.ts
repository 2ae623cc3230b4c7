import { describe, expect, it } from 'vitest';
import { expectSoon } from '../expect-soon.test.js';
import { clients } from './clients.test.js';
import type { UrlOf } from './clients.test.js';

export function acknowledgementBehaviours(url: UrlOf): void {
  describe('acknowledgement', () => {
    const amqp = clients(url);
    const { name, open, queue, send, next, texts, countOf, collect, refusal, vanish } = amqp;

    it('lets a message go for good', async () => {
      const q = await queue('q');
      send(q, '1');
      const other = await amqp.connection.createChannel();
      other.ack(await next(q, other));
      await other.close();
      expect(await countOf(q)).toBe(0);
    });

    it('takes several at once', async () => {
      const q = await queue('q');
      for (const text of ['1', '2', '3']) send(q, text);
      const other = await amqp.connection.createChannel();
      await next(q, other);
      other.ack(await next(q, other), true);
      await next(q, other);
      await other.close();
      expect(await countOf(q)).toBe(1);
      expect((await next(q)).fields.redelivered).toBe(true);
    });

    it('takes everything that is out', async () => {
      const q = await queue('q');
      for (const text of ['1', '2', '3']) send(q, text);
      const other = await amqp.connection.createChannel();
      for (let i = 0; i < 3; i += 1) await next(q, other);
      other.ackAll();
      await other.close();
      expect(await countOf(q)).toBe(0);
    });

    it('puts refused messages back in their places, as redelivered', async () => {
      const q = await queue('q');
      for (const text of ['1', '2', '3', '4']) send(q, text);
      const taken = [await next(q), await next(q), await next(q)];
      amqp.channel.nack(taken[1]!, false, true);
      amqp.channel.reject(taken[0]!, true);
      const again = [await next(q), await next(q), await next(q)];
      expect(again.map(({ content }) => content.toString())).toEqual(['1', '2', '4']);
      expect(again.map(({ fields }) => fields.redelivered)).toEqual([true, true, false]);
    });

    it('refuses several at once, and puts them back in order', async () => {
      const q = await queue('q');
      for (const text of ['1', '2', '3']) send(q, text);
      await next(q);
      await next(q);
      amqp.channel.nack(await next(q), true, true);
      expect(await texts(q, 3)).toEqual(['1', '2', '3']);
    });

    it('drops a refused message where there is no dead-letter exchange', async () => {
      const q = await queue('q');
      send(q, '1');
      send(q, '2');
      amqp.channel.nack(await next(q), false, false);
      amqp.channel.reject(await next(q), false);
      expect(await countOf(q)).toBe(0);
    });

    it.each(['channel', 'connection'])('that never came puts messages back when the %s ends', async (what) => {
      const q = (await amqp.channel.assertQueue(name('q'), { durable: false })).queue;
      for (const text of ['1', '2', '3']) send(q, text);
      const other = await open();
      const consumer = await other.createChannel();
      const { messages } = await collect(q, {}, consumer);
      await expectSoon(() => messages.length).toBe(3);
      await (what === 'channel' ? consumer : other).close();
      await expectSoon(() => countOf(q)).toBe(3);
      expect(await texts(q, 3)).toEqual(['1', '2', '3']);
      await amqp.channel.deleteQueue(q);
    });

    it('gives a message of a lost consumer to another one, as redelivered', async () => {
      const q = (await amqp.channel.assertQueue(name('q'), { durable: false })).queue;
      const lost = await open();
      const first = await collect(q, {}, await lost.createChannel());
      send(q, '1');
      await expectSoon(() => first.messages.length).toBe(1);
      const second = await collect(q);
      vanish(lost);
      await expectSoon(() => second.messages[0]?.fields.redelivered).toBe(true);
      await amqp.channel.deleteQueue(q);
    });

    it.each(['ack', 'nack', 'reject'] as const)('closes the channel for an unknown delivery tag (%s)', async (verb) => {
      const q = await queue('q');
      send(q, '1');
      const said = await refusal(async (on) => {
        const message = await next(q, on);
        on.ack(message);
        on[verb](message);
      });
      expect(said).toContain('406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - unknown delivery tag 1"');
    });

    it('is refused on another channel than that of the delivery', async () => {
      const q = await queue('q');
      send(q, '1');
      const message = await next(q);
      expect(await refusal((on) => on.ack(message))).toContain('PRECONDITION_FAILED - unknown delivery tag 1');
    });

    it('is not waited for after recover: messages are delivered again', async () => {
      const q = await queue('q');
      send(q, '1');
      send(q, '2');
      await texts(q, 2);
      await amqp.channel.recover();
      const again = [await next(q), await next(q)];
      expect(again.map(({ content }) => content.toString())).toEqual(['1', '2']);
      expect(again.every(({ fields }) => fields.redelivered)).toBe(true);
    });
  });
}
