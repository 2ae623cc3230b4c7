import type { ConfirmChannel, Options } from 'amqplib';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { expectSoon } from '../expect-soon.test.js';
import { clients } from './clients.test.js';
import type { UrlOf } from './clients.test.js';

export function limitBehaviours(url: UrlOf): void {
  describe('time to live', () => {
    const amqp = clients(url);
    const { queue, send, next, texts, countOf, collect } = amqp;

    async function deadLetters(args: Record<string, unknown> = {}) {
      const dead = await queue('dead');
      const q = await queue('q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead, ...args });
      return { q, dead };
    }

    it('of a queue ends messages in time, without anybody asking', async () => {
      const { q, dead } = await deadLetters({ 'x-message-ttl': 60 });
      const { messages } = await collect(dead, { noAck: true });
      const started = Date.now();
      send(q, '1');
      await expectSoon(() => messages.length).toBe(1);
      expect(Date.now() - started).toBeGreaterThanOrEqual(55);
      expect(messages[0]?.properties.headers).toMatchObject({ 'x-first-death-reason': 'expired' });
      expect(await countOf(q)).toBe(0);
    });

    it('of a message ends it alone', async () => {
      const { q, dead } = await deadLetters();
      send(q, 'short', { expiration: '40' });
      send(q, 'without');
      expect(await texts(dead, 1)).toEqual(['short']);
      expect(await texts(q, 1)).toEqual(['without']);
    });

    it('is the shorter of the two', async () => {
      const { q, dead } = await deadLetters({ 'x-message-ttl': 50 });
      send(q, 'by the queue', { expiration: '60000' });
      expect(await texts(dead, 1)).toEqual(['by the queue']);
      const other = await queue('other', {
        'x-message-ttl': 60_000,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': dead,
      });
      send(other, 'by its own', { expiration: '50' });
      expect(await texts(dead, 1)).toEqual(['by its own']);
    });

    it('counts at the head of the queue only', async () => {
      const { q, dead } = await deadLetters();
      send(q, 'long', { expiration: '400' });
      send(q, 'short', { expiration: '20' });
      await delay(150);
      expect(await countOf(dead)).toBe(0);
      expect(await texts(dead, 2)).toEqual(['long', 'short']);
    });

    it('of zero lets a message through to a consumer that waits, and to nobody else', async () => {
      const { q, dead } = await deadLetters({ 'x-message-ttl': 0 });
      send(q, 'nobody waits');
      expect(await texts(dead, 1)).toEqual(['nobody waits']);
      const { messages } = await collect(q, { noAck: true });
      send(q, 'somebody waits');
      await expectSoon(() => messages.length).toBe(1);
      expect(await countOf(dead)).toBe(0);
    });

    it('does not end a message that was delivered and is not acknowledged', async () => {
      const { q, dead } = await deadLetters();
      send(q, '1', { expiration: '300' });
      const message = await next(q);
      await delay(500);
      expect(await countOf(dead)).toBe(0);
      amqp.channel.ack(message);
    });

    it('goes on for a message that comes back to the queue', async () => {
      const { q, dead } = await deadLetters();
      send(q, '1', { expiration: '200' });
      const message = await next(q);
      await delay(300);
      amqp.channel.nack(message, false, true);
      expect(await texts(dead, 1)).toEqual(['1']);
    });

    it('drops messages where there is no dead-letter exchange', async () => {
      const q = await queue('q', { 'x-message-ttl': 30 });
      send(q, '1');
      await expectSoon(() => countOf(q)).toBe(0);
    });
  });

  describe('length limits', () => {
    const amqp = clients(url);
    const { queue, send, next, texts, countOf } = amqp;
    let confirming: ConfirmChannel;
    beforeEach(async () => {
      confirming = await amqp.connection.createConfirmChannel();
    });

    const confirmed = (to: string, text = '1', options: Options.Publish = {}) =>
      new Promise<'ack' | 'nack'>((resolve) => {
        confirming.sendToQueue(to, Buffer.from(text), options, (error: unknown) => resolve(error ? 'nack' : 'ack'));
      });

    async function deadLetters(args: Record<string, unknown>) {
      const dead = await queue('dead');
      const q = await queue('q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead, ...args });
      return { q, dead };
    }

    it('drop the oldest to the dead-letter exchange', async () => {
      const { q, dead } = await deadLetters({ 'x-max-length': 2 });
      for (const text of ['1', '2', '3', '4']) send(q, text);
      const [first, second] = [await next(dead), await next(dead)];
      expect([first, second].map(({ content }) => content.toString())).toEqual(['1', '2']);
      expect(first.properties.headers).toMatchObject({ 'x-first-death-reason': 'maxlen' });
      expect(await texts(q, 2)).toEqual(['3', '4']);
    });

    it('in bytes drop until the rest fits', async () => {
      const q = await queue('q', { 'x-max-length-bytes': 10 });
      for (const text of ['11111', '22222', '33333']) send(q, text);
      expect(await texts(q, 2)).toEqual(['22222', '33333']);
    });

    it('in bytes drop a message that is larger than all of it', async () => {
      const q = await queue('q', { 'x-max-length-bytes': 10 });
      expect(await confirmed(q, 'x'.repeat(11))).toBe('ack');
      expect(await countOf(q)).toBe(0);
    });

    it('of zero keep nothing that nobody waits for', async () => {
      const q = await queue('q', { 'x-max-length': 0 });
      expect(await confirmed(q)).toBe('ack');
      expect(await countOf(q)).toBe(0);
    });

    it('count what is ready, not what is delivered', async () => {
      const q = await queue('q', { 'x-max-length': 1 });
      send(q, '1');
      await next(q);
      send(q, '2');
      await expectSoon(() => countOf(q)).toBe(1);
      expect(await texts(q, 1)).toEqual(['2']);
    });

    it('with reject-publish refuse the newest, with a nack in confirm mode', async () => {
      const { q, dead } = await deadLetters({ 'x-max-length': 1, 'x-overflow': 'reject-publish' });
      expect(await confirmed(q, 'kept')).toBe('ack');
      expect(await confirmed(q, 'refused')).toBe('nack');
      expect(await countOf(dead)).toBe(0);
      expect(await texts(q, 1)).toEqual(['kept']);
    });

    it('with reject-publish take messages again once there is room', async () => {
      const q = await queue('q', { 'x-max-length': 1, 'x-overflow': 'reject-publish' });
      expect(await confirmed(q)).toBe('ack');
      expect(await confirmed(q)).toBe('nack');
      amqp.channel.ack(await next(q));
      expect(await confirmed(q)).toBe('ack');
    });

    it('with reject-publish-dlx refuse the newest, and dead-letter it', async () => {
      const { q, dead } = await deadLetters({ 'x-max-length': 1, 'x-overflow': 'reject-publish-dlx' });
      expect(await confirmed(q, 'kept')).toBe('ack');
      expect(await confirmed(q, 'refused')).toBe('nack');
      const letter = await next(dead);
      expect(letter.content.toString()).toBe('refused');
      expect(letter.properties.headers).toMatchObject({ 'x-first-death-reason': 'maxlen', 'x-first-death-queue': q });
      expect(await countOf(q)).toBe(1);
    });

    it('refuse a message that one of several queues has no room for, and keep it in the others', async () => {
      const full = await queue('full', { 'x-max-length': 1, 'x-overflow': 'reject-publish' });
      const roomy = await queue('roomy');
      const { exchange: x } = await amqp.channel.assertExchange(`${full}.x`, 'fanout', { autoDelete: true });
      for (const q of [full, roomy]) await amqp.channel.bindQueue(q, x, '');
      const published = () =>
        new Promise<'ack' | 'nack'>((resolve) => {
          confirming.publish(x, '', Buffer.from('1'), {}, (error: unknown) => resolve(error ? 'nack' : 'ack'));
        });
      expect([await published(), await published()]).toEqual(['ack', 'nack']);
      expect([await countOf(full), await countOf(roomy)]).toEqual([1, 2]);
    });
  });
}
