import type { ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import { once } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { expectSoon } from '../expect-soon.test.js';
import { clients } from './clients.test.js';
import type { UrlOf } from './clients.test.js';

export function publishingBehaviours(url: UrlOf): void {
  describe('publishing', () => {
    const amqp = clients(url);
    const { name, queue, exchange, next, texts, countOf, collect, refusal } = amqp;
    let confirming: ConfirmChannel;
    beforeEach(async () => {
      confirming = await amqp.connection.createConfirmChannel();
    });

    const confirmed = (to: string, options: Options.Publish = {}) =>
      new Promise<'ack' | 'nack'>((resolve) => {
        confirming.sendToQueue(to, Buffer.from('1'), options, (error: unknown) => resolve(error ? 'nack' : 'ack'));
      });

    it('confirms persistent, transient and unroutable messages', async () => {
      const q = (await amqp.channel.assertQueue(name('durable'), { durable: true })).queue;
      const outcomes = [confirmed(q, { persistent: true }), confirmed(q), confirmed(name('nobody'))];
      expect(await Promise.all(outcomes)).toEqual(['ack', 'ack', 'ack']);
      expect(await countOf(q)).toBe(2);
      await amqp.channel.deleteQueue(q);
    });

    it('confirms each of many', async () => {
      const q = (await amqp.channel.assertQueue(name('durable'), { durable: true })).queue;
      const outcomes = Array.from({ length: 500 }, (_, i) => confirmed(q, { persistent: i % 3 === 0 }));
      expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['ack']));
      expect(await countOf(q)).toBe(500);
      await amqp.channel.deleteQueue(q);
    });

    it('confirms a message that went to several durable queues once', async () => {
      const x = await exchange('fanout');
      const queues = [name('a'), name('b')];
      for (const q of queues) {
        await amqp.channel.assertQueue(q, { durable: true });
        await amqp.channel.bindQueue(q, x, '');
      }
      let confirms = 0;
      confirming.publish(x, '', Buffer.from('1'), { persistent: true }, () => (confirms += 1));
      await confirming.waitForConfirms();
      expect(confirms).toBe(1);
      for (const q of queues) expect(await amqp.channel.deleteQueue(q)).toEqual({ messageCount: 1 });
    });

    it('delivers a persistent message to a waiting consumer and confirms it as well', async () => {
      const q = (await amqp.channel.assertQueue(name('durable'), { durable: true })).queue;
      const { messages } = await collect(q, { noAck: true });
      expect(await confirmed(q, { persistent: true })).toBe('ack');
      await expectSoon(() => messages.length).toBe(1);
      await amqp.channel.deleteQueue(q);
    });

    it('returns a mandatory message that reaches no queue, before it confirms it', async () => {
      const order: string[] = [];
      const returned = once(confirming, 'return') as Promise<[ConsumeMessage & { fields: { replyText: string } }]>;
      confirming.on('return', () => order.push('return'));
      await confirmed(name('nobody'), { mandatory: true }).then(() => order.push('confirm'));
      const [message] = await returned;
      expect(message.fields).toMatchObject({ replyCode: 312, replyText: 'NO_ROUTE', routingKey: name('nobody') });
      expect(message.content.toString()).toBe('1');
      expect(order).toEqual(['return', 'confirm']);
    });

    it('returns a mandatory message with its properties, from any exchange', async () => {
      const x = await exchange('direct');
      const returned = once(confirming, 'return') as Promise<[ConsumeMessage]>;
      confirming.publish(x, 'nowhere', Buffer.from('1'), { mandatory: true, messageId: 'm', headers: { h: 1 } });
      const [message] = await returned;
      expect(message.fields).toMatchObject({ exchange: x, routingKey: 'nowhere' });
      expect(message.properties).toMatchObject({ messageId: 'm', headers: { h: 1 } });
    });

    it('does not return a mandatory message that reaches a queue, also by an alternate exchange', async () => {
      const lost = await exchange('fanout');
      const x = await exchange('direct', { alternateExchange: lost });
      const q = await queue('q');
      await amqp.channel.bindQueue(q, lost, '');
      let returns = 0;
      confirming.on('return', () => (returns += 1));
      confirming.publish(x, 'unknown', Buffer.from('1'), { mandatory: true });
      await confirming.waitForConfirms();
      expect(await texts(q, 1)).toEqual(['1']);
      expect(returns).toBe(0);
    });

    it('drops without a word what reaches no queue and is not mandatory', async () => {
      let returns = 0;
      confirming.on('return', () => (returns += 1));
      expect(await confirmed(name('nobody'))).toBe('ack');
      expect(returns).toBe(0);
    });

    it('refuses a user id that is not the connected user, and takes one that is', async () => {
      const said = await refusal((on) => on.publish('', 'x', Buffer.from('1'), { userId: 'somebody' }));
      expect(said).toContain("user_id property set to 'somebody' but authenticated user was 'guest'");
      expect(await confirmed(await queue('q'), { userId: 'guest' })).toBe('ack');
    });

    it.each(['soon', '-1', '1.5'])('refuses the expiration "%s"', async (expiration) => {
      const said = await refusal((on) => on.publish('', 'x', Buffer.from('1'), { expiration }));
      expect(said).toContain(
        `406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - invalid expiration '${expiration}'`,
      );
    });

    it('keeps publishes of one channel in order', async () => {
      const q = await queue('q');
      for (let i = 0; i < 200; i += 1) confirming.sendToQueue(q, Buffer.from(String(i)));
      await confirming.waitForConfirms();
      expect(await texts(q, 200)).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
    });

    it('is not confirmed on a channel that did not ask for it', async () => {
      const q = await queue('q');
      let confirms = 0;
      amqp.channel.on('ack', () => (confirms += 1));
      amqp.channel.sendToQueue(q, Buffer.from('1'));
      await next(q);
      expect(confirms).toBe(0);
    });
  });
}
