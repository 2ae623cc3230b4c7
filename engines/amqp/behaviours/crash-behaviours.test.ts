import { connect } from 'amqplib';
import type { Channel, ChannelModel } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectSoon } from '../expect-soon.test.js';
import { deathsOf } from './clients.test.js';
import type { UrlOf } from './clients.test.js';

/** A server whose process can be killed, and started again on the same data. */
interface CrashableServer {
  /** Where it is now: another address after a crash, perhaps. */
  readonly url: UrlOf;
  crash(): Promise<void>;
}

/** One crash, and what a client finds after it. */
export function crashBehaviours(server: CrashableServer): void {
  describe('after kill -9', () => {
    let connection: ChannelModel;
    let channel: Channel;

    beforeAll(async () => {
      await prepare(server.url());
      await server.crash();
      connection = await connect(server.url());
      connection.on('error', () => undefined);
      channel = await connection.createChannel();
    }, 120_000);

    afterAll(async () => {
      for (const queue of ['kept', 'held', 'late', 'dead', 'routed']) await channel.deleteQueue(queue);
      for (const exchange of ['outer', 'inner']) await channel.deleteExchange(exchange);
      await connection.close();
    });

    async function missing(what: 'Queue' | 'Exchange', name: string): Promise<string> {
      const asking = await connection.createChannel();
      asking.on('error', () => undefined);
      return asking[`check${what}`](name).then(
        () => `${name} is there`,
        (error: unknown) => String(error),
      );
    }

    async function drain(queue: string) {
      const messages = [];
      for (let next = await channel.get(queue); next; next = await channel.get(queue)) messages.push(next);
      return messages;
    }

    it('persistent messages in durable queues are there, in order and with their properties; transient ones are not', async () => {
      const messages = await drain('kept');
      expect(messages.map(({ content }) => content.toString())).toEqual(['1', '2', '3']);
      expect(messages[0]?.properties).toMatchObject({ messageId: 'm', headers: { h: 1 }, deliveryMode: 2 });
    });

    it('transient queues and exchanges are not there, nor exclusive queues', async () => {
      expect(await missing('Queue', 'transient')).toContain('NOT_FOUND');
      expect(await missing('Queue', 'exclusive')).toContain('NOT_FOUND');
      expect(await missing('Exchange', 'transient')).toContain('NOT_FOUND');
    });

    it('durable queues have their arguments', async () => {
      const asking = await connection.createChannel();
      asking.on('error', () => undefined);
      const other = asking.assertQueue('kept', { durable: true, maxLength: 7 });
      await expect(other).rejects.toThrow("inequivalent arg 'x-max-length'");
    });

    it('durable exchanges and the bindings between them and to durable queues route as before', async () => {
      channel.publish('outer', 'order.paid', Buffer.from('1'));
      channel.publish('outer', 'user.paid', Buffer.from('2'));
      const texts = async () => (await drain('routed')).map(({ content }) => content.toString());
      await expectSoon(texts).toEqual(['1']);
    });

    it('what was delivered and not acknowledged is delivered again, as redelivered', async () => {
      const [message] = await drain('held');
      expect(message?.fields.redelivered).toBe(true);
    });

    it('what expired meanwhile is dead-lettered, with its history', async () => {
      const dead = async () => channel.get('dead');
      let letter = await dead();
      await expectSoon(async () => (letter ||= await dead())).toBeTruthy();
      const [death] = letter ? deathsOf(letter) : [];
      expect(death).toMatchObject({ queue: 'late', reason: 'expired', count: 1 });
      expect((await channel.checkQueue('late')).messageCount).toBe(0);
    });
  });
}

async function prepare(url: string): Promise<void> {
  const connection = await connect(url);
  connection.on('error', () => undefined);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('kept', { durable: true, maxLength: 100 });
  await channel.assertQueue('held', { durable: true });
  await channel.assertQueue('dead', { durable: true });
  // Longer than it takes until the crash, shorter than it takes until somebody looks.
  const late = { messageTtl: 2_000, deadLetterExchange: '', deadLetterRoutingKey: 'dead' };
  await channel.assertQueue('late', { durable: true, ...late });
  await channel.assertQueue('routed', { durable: true });
  await channel.assertQueue('transient', { durable: false });
  await channel.assertQueue('exclusive', { durable: true, exclusive: true });
  await channel.assertExchange('outer', 'topic', { durable: true });
  await channel.assertExchange('inner', 'fanout', { durable: true });
  await channel.assertExchange('transient', 'fanout', { durable: false });
  await channel.bindExchange('inner', 'outer', 'order.#');
  await channel.bindQueue('routed', 'inner', '');
  const persistent = { persistent: true, messageId: 'm', headers: { h: 1 } };
  channel.sendToQueue('kept', Buffer.from('1'), persistent);
  channel.sendToQueue('kept', Buffer.from('lost'), { persistent: false });
  channel.sendToQueue('kept', Buffer.from('2'), persistent);
  channel.sendToQueue('kept', Buffer.from('3'), persistent);
  channel.sendToQueue('held', Buffer.from('1'), persistent);
  channel.sendToQueue('transient', Buffer.from('1'), persistent);
  channel.sendToQueue('late', Buffer.from('1'), persistent);
  await channel.waitForConfirms();
  await channel.get('held');
  // Written after the delivery was: when this is confirmed, so is that.
  channel.sendToQueue('routed', Buffer.from('before'), { persistent: false });
  channel.sendToQueue('transient', Buffer.from('2'), persistent);
  channel.sendToQueue('held', Buffer.from('2'), persistent);
  await channel.waitForConfirms();
}
