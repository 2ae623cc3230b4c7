import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { expectSoon } from '../expect-soon.test.js';
import { clients } from './clients.test.js';
import type { UrlOf } from './clients.test.js';

export function queueBehaviours(url: UrlOf): void {
  describe('queues', () => {
    const amqp = clients(url);
    const { name, open, queue, send, texts, countOf, collect, refusal } = amqp;

    it('are named by the server when the client does not', async () => {
      const made = await amqp.channel.assertQueue('', { exclusive: true });
      expect(made.queue).toMatch(/^amq\.gen-[\w-]{22}$/);
    });

    it('refuse names that are reserved', async () => {
      expect(await refusal((on) => on.assertQueue('amq.mine'))).toContain(
        "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'",
      );
    });

    it('count messages and consumers in declare-ok', async () => {
      const q = await queue('q');
      send(q, '1');
      send(q, '2');
      await expectSoon(() => countOf(q)).toBe(2);
      await collect(q);
      expect(await amqp.channel.assertQueue(q, { exclusive: true })).toMatchObject({
        messageCount: 0,
        consumerCount: 1,
      });
    });

    it('can be asked for without being made', async () => {
      const q = await queue('q');
      send(q, '1');
      await expectSoon(() => amqp.channel.checkQueue(q)).toEqual({ queue: q, messageCount: 1, consumerCount: 0 });
      expect(await refusal((on) => on.checkQueue(name('missing')))).toContain(
        `404 (NOT-FOUND) with message "NOT_FOUND - no queue '${name('missing')}' in vhost '/'"`,
      );
    });

    it.each([
      ['durable', { durable: true, autoDelete: true }, "received 'true' but current is 'false'"],
      ['auto_delete', { durable: false }, "received 'false' but current is 'true'"],
      ['x-message-ttl', { durable: false, autoDelete: true, messageTtl: 100 }, "received the value '100' of type"],
      ['x-max-length', { durable: false, autoDelete: true, maxLength: 9 }, "received the value '9' of type"],
      [
        'x-dead-letter-exchange',
        { durable: false, autoDelete: true, deadLetterExchange: 'dlx' },
        "received the value 'dlx' of type 'longstr' but current is none",
      ],
    ])('refuse to be declared again with another %s', async (argument, options, words) => {
      const { queue: q } = await amqp.channel.assertQueue(name('q'), { durable: false, autoDelete: true });
      const said = await refusal((on) => on.assertQueue(q, options));
      await amqp.channel.deleteQueue(q);
      expect(said).toContain(
        `PRECONDITION_FAILED - inequivalent arg '${argument}' for queue '${q}' in vhost '/': ${words}`,
      );
    });

    it.each<[string, Record<string, unknown>, string]>([
      [
        'a negative time to live',
        { 'x-message-ttl': -1 },
        "invalid arg 'x-message-ttl' for queue '{q}' in vhost '/': {value_negative,-1}",
      ],
      ['a time to live in words', { 'x-message-ttl': 'soon' }, "invalid arg 'x-message-ttl'"],
      ['an expiry of zero', { 'x-expires': 0 }, "invalid arg 'x-expires' for queue '{q}' in vhost '/': {value_zero,0}"],
      ['a negative length', { 'x-max-length': -5 }, "invalid arg 'x-max-length'"],
      ['an unknown overflow', { 'x-overflow': 'explode' }, "invalid arg 'x-overflow'"],
      ['a dead-letter key without an exchange', { 'x-dead-letter-routing-key': 'k' }, 'routing_key_but_no_dlx_defined'],
      ['too many priorities', { 'x-max-priority': 256 }, "invalid arg 'x-max-priority'"],
      [
        'a single active consumer that is no flag',
        { 'x-single-active-consumer': 1 },
        "invalid arg 'x-single-active-consumer'",
      ],
      ['an unknown kind of queue', { 'x-queue-type': 'no-such-type' }, "invalid arg 'x-queue-type'"],
    ])('refuse %s', async (_what, args, words) => {
      const said = await refusal((on) => on.assertQueue(name('x'), { durable: false, arguments: args }));
      expect(said).toContain('406 (PRECONDITION-FAILED)');
      expect(said).toContain(words.replace('{q}', name('x')));
    });

    it('keep an exclusive one to its connection, and delete it with the connection', async () => {
      const other = await open();
      const owner = await other.createChannel();
      await owner.assertQueue(name('mine'), { exclusive: true });
      const locked = `405 (RESOURCE-LOCKED) with message "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${name('mine')}' in vhost '/'`;
      for (const action of ['checkQueue', 'purgeQueue', 'deleteQueue', 'get'] as const) {
        expect(await refusal((on) => on[action](name('mine')))).toContain(locked);
      }
      expect(await refusal((on) => on.consume(name('mine'), () => undefined))).toContain(locked);
      await other.close();
      expect(await refusal((on) => on.checkQueue(name('mine')))).toContain('NOT_FOUND');
    });

    it('let anybody publish to an exclusive one', async () => {
      const q = await queue('q');
      const stranger = await (await open()).createChannel();
      stranger.sendToQueue(q, Buffer.from('1'));
      expect(await texts(q, 1)).toEqual(['1']);
    });

    it('go with their last consumer when they are auto-delete, and not before the first', async () => {
      await amqp.channel.assertQueue(name('q'), { autoDelete: true, durable: false });
      const [first, second] = [await collect(name('q')), await collect(name('q'))];
      await amqp.channel.cancel(first.consumerTag);
      await amqp.channel.checkQueue(name('q'));
      await amqp.channel.cancel(second.consumerTag);
      expect(await refusal((on) => on.checkQueue(name('q')))).toContain('NOT_FOUND');
    });

    it('go with the channel of their last consumer when they are auto-delete', async () => {
      await amqp.channel.assertQueue(name('q'), { autoDelete: true, durable: false });
      const consumer = await amqp.connection.createChannel();
      await collect(name('q'), {}, consumer);
      await consumer.close();
      await expectSoon(() => refusal((on) => on.checkQueue(name('q')))).toContain('NOT_FOUND');
    });

    it('can be purged of what is ready, and not of what is delivered', async () => {
      const q = await queue('q');
      for (const text of ['1', '2', '3']) send(q, text);
      await expectSoon(() => countOf(q)).toBe(3);
      const held = await amqp.channel.get(q);
      expect(await amqp.channel.purgeQueue(q)).toEqual({ messageCount: 2 });
      if (held) amqp.channel.nack(held, false, true);
      expect(await texts(q, 1)).toEqual(['1']);
    });

    it('are deleted only if empty or unused, when asked to', async () => {
      const q = await queue('q');
      send(q, '1');
      await expectSoon(() => countOf(q)).toBe(1);
      expect(await refusal((on) => on.deleteQueue(q, { ifEmpty: true }))).toContain(
        `406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - queue '${q}' in vhost '/' not empty"`,
      );
      await amqp.channel.purgeQueue(q);
      const { consumerTag } = await collect(q);
      expect(await refusal((on) => on.deleteQueue(q, { ifUnused: true }))).toContain(
        `PRECONDITION_FAILED - queue '${q}' in vhost '/' in use`,
      );
      await amqp.channel.cancel(consumerTag);
      expect(await amqp.channel.deleteQueue(q, { ifUnused: true, ifEmpty: true })).toEqual({ messageCount: 0 });
    });

    it('say how many messages went with them, and are not missed when deleted again', async () => {
      const q = await queue('q');
      send(q, '1');
      send(q, '2');
      await expectSoon(() => countOf(q)).toBe(2);
      expect(await amqp.channel.deleteQueue(q)).toEqual({ messageCount: 2 });
      expect(await amqp.channel.deleteQueue(q)).toEqual({ messageCount: 0 });
    });

    it('expire when nobody used them for x-expires, though they hold messages', async () => {
      await amqp.channel.assertQueue(name('q'), { expires: 150, durable: false });
      send(name('q'), '1');
      // Asking for the queue counts as use, so this cannot be polled.
      await delay(700);
      expect(await refusal((on) => on.checkQueue(name('q')))).toContain('NOT_FOUND');
    });

    it('do not expire while they have a consumer', async () => {
      await amqp.channel.assertQueue(name('q'), { expires: 150, durable: false });
      const { consumerTag } = await collect(name('q'));
      await delay(500);
      expect(await amqp.channel.checkQueue(name('q'))).toMatchObject({ consumerCount: 1 });
      await amqp.channel.cancel(consumerTag);
      await delay(700);
      expect(await refusal((on) => on.checkQueue(name('q')))).toContain('NOT_FOUND');
    });

    it('with priorities deliver the highest first, and equal ones in order', async () => {
      const q = await queue('q', { 'x-max-priority': 5 });
      for (const [text, priority] of [
        ['low', 1],
        ['none', undefined],
        ['high', 5],
        ['above the top', 9],
        ['low again', 1],
      ] as const) {
        send(q, text, priority === undefined ? {} : { priority });
      }
      await expectSoon(() => countOf(q)).toBe(5);
      expect(await texts(q, 5)).toEqual(['high', 'above the top', 'low', 'low again', 'none']);
    });

    it('with priorities put a refused message back among its equals', async () => {
      const q = await queue('q', { 'x-max-priority': 5 });
      send(q, 'first', { priority: 3 });
      send(q, 'second', { priority: 3 });
      send(q, 'low');
      await expectSoon(() => countOf(q)).toBe(3);
      const taken = await amqp.channel.get(q);
      if (taken) amqp.channel.nack(taken, false, true);
      expect(await texts(q, 3)).toEqual(['first', 'second', 'low']);
    });

    it('with a single active consumer give everything to one, and to the next when it goes', async () => {
      const q = await queue('q', { 'x-single-active-consumer': true });
      const [first, second] = [await collect(q, { noAck: true }), await collect(q, { noAck: true })];
      for (let i = 0; i < 4; i += 1) send(q, String(i));
      await expectSoon(() => first.messages.length).toBe(4);
      expect(second.messages).toHaveLength(0);
      await amqp.channel.cancel(first.consumerTag);
      send(q, 'after');
      await expectSoon(() => second.texts()).toEqual(['after']);
    });
  });
}
