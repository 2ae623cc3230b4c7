import { connect } from 'amqplib';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { expectSoon } from '../expect-soon.test.js';
import { clients } from './clients.test.js';
import type { UrlOf } from './clients.test.js';

export function connectionBehaviours(url: UrlOf): void {
  describe('connections and channels', () => {
    const amqp = clients(url);
    const { name, open, queue, send, next, collect, refusal, ending, vanish } = amqp;

    it('refuses a wrong password', async () => {
      const wrong = url().replace('amqp://', 'amqp://guest:wrong@');
      await expect(connect(wrong)).rejects.toThrow(
        'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN',
      );
    });

    it('refuses a virtual host that does not exist', async () => {
      await expect(connect(`${url()}/nowhere`)).rejects.toThrow('Expected ConnectionOpenOk; got <ConnectionClose');
    });

    it('says what it can do', () => {
      const { serverProperties } = amqp.connection.connection;
      expect(serverProperties['capabilities']).toMatchObject({
        publisher_confirms: true,
        exchange_exchange_bindings: true,
        'basic.nack': true,
        consumer_cancel_notify: true,
        consumer_priorities: true,
        per_consumer_qos: true,
        authentication_failure_close: true,
      });
    });

    it('closes only the channel on a channel error', async () => {
      expect(await refusal((on) => on.checkQueue(name('missing')))).toContain(
        `404 (NOT-FOUND) with message "NOT_FOUND - no queue '${name('missing')}' in vhost '/'"`,
      );
      expect(await amqp.channel.assertQueue('', { exclusive: true })).toMatchObject({
        messageCount: 0,
        consumerCount: 0,
      });
    });

    it('closes the whole connection on a connection error', async () => {
      const q = await queue('q');
      await collect(q, { consumerTag: 'twice' });
      const said = await ending(async (on) => {
        const mine = (await on.assertQueue('', { exclusive: true })).queue;
        await on.consume(mine, () => undefined, { consumerTag: 'twice' });
        await on.consume(mine, () => undefined, { consumerTag: 'twice' });
      });
      expect(said).toContain('530 (NOT-ALLOWED) with message "NOT_ALLOWED - attempt to reuse consumer tag \'twice\'"');
    });

    it('gives the number of a channel that it closed to another one', async () => {
      const only = await open('?channelMax=1');
      const first = await only.createChannel();
      first.on('error', () => undefined);
      await first.checkQueue(name('missing')).catch(() => undefined);
      const second = await only.createChannel();
      expect(await second.assertQueue('', { exclusive: true })).toMatchObject({ messageCount: 0 });
    });

    it('opens many channels on one connection', async () => {
      const channels = await Promise.all(Array.from({ length: 50 }, () => amqp.connection.createChannel()));
      const q = await queue('q');
      await Promise.all(channels.map((one) => one.checkQueue(q)));
      await Promise.all(channels.map((one) => one.close()));
    });

    it('keeps an idle connection alive with heartbeats', async () => {
      const model = await open('?heartbeat=1');
      const ended = once(model, 'close').then(() => 'closed');
      expect(await Promise.race([ended, delay(2_600, 'open')])).toBe('open');
    });

    it('keeps frames within the size that was negotiated', async () => {
      const narrow = await open('?frameMax=4096');
      const channel = await narrow.createChannel();
      const q = await queue('q', {}, channel);
      const content = Buffer.alloc(100_000, 'abc');
      // The client refuses larger frames than it asked for.
      channel.sendToQueue(q, content);
      expect((await next(q, channel)).content.equals(content)).toBe(true);
    });

    it('gives back what a vanished client held, and removes what it owned', async () => {
      const shared = (await amqp.channel.assertQueue(name('shared'), { durable: false })).queue;
      send(shared, '1');
      const lost = await open();
      const channel = await lost.createChannel();
      await channel.assertQueue(name('owned'), { exclusive: true });
      await next(shared, channel);
      vanish(lost);
      expect((await next(shared)).fields.redelivered).toBe(true);
      await expectSoon(() => refusal((on) => on.checkQueue(name('owned')))).toContain('NOT_FOUND');
      await amqp.channel.deleteQueue(shared);
    });
  });
}
