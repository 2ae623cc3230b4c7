import { connect } from 'amqplib';
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage, GetMessage, Options } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectSoon } from './expect-soon.test.js';

/**
 * What a client sees of RabbitMQ 3.x, through the ordinary client. The same suite runs against the embedded broker and
 * against an installed rabbitmq-server; `url` is read when a test starts.
 */
export function amqpBehaviours(url: () => string): void {
  let connection: ChannelModel;
  let channel: Channel;
  let prefix: string;
  const opened: ChannelModel[] = [];
  const name = (suffix: string) => `${prefix}.${suffix}`;

  async function open(): Promise<ChannelModel> {
    const model = await connect(url());
    model.on('error', () => undefined);
    opened.push(model);
    return model;
  }

  beforeEach(async () => {
    prefix = `t-${randomUUID()}`;
    connection = await open();
    channel = await connection.createChannel();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((model) => model.close().catch(() => undefined)));
  });

  /** A queue that goes with the connection. */
  async function queue(suffix: string, args: Record<string, unknown> = {}, on: Channel = channel): Promise<string> {
    return (await on.assertQueue(name(suffix), { exclusive: true, arguments: args })).queue;
  }

  async function exchange(type: string, options: Options.AssertExchange = {}): Promise<string> {
    const { exchange: made } = await channel.assertExchange(name(type), type, { autoDelete: true, ...options });
    return made;
  }

  const send = (to: string, text: string, options?: Options.Publish) =>
    channel.sendToQueue(to, Buffer.from(text), options);

  /** The next message, waited for. */
  async function next(from: string, on: Channel = channel): Promise<GetMessage> {
    const message = await eventually(async () => (await on.get(from, {})) || undefined);
    return message;
  }

  async function texts(from: string, count: number): Promise<string[]> {
    const found: string[] = [];
    while (found.length < count) found.push((await next(from)).content.toString());
    return found;
  }

  const countOf = async (of: string) => (await channel.checkQueue(of)).messageCount;

  /** Consumes into an array. */
  async function collect(from: string, options: Options.Consume = {}, on: Channel = channel) {
    const messages: ConsumeMessage[] = [];
    const { consumerTag } = await on.consume(from, (message) => message && messages.push(message), options);
    return { messages, consumerTag };
  }

  /** What the server says when it closes a channel for what `action` does. */
  async function refusal(action: (on: Channel) => unknown): Promise<string> {
    const victim = await connection.createChannel();
    const closed = once(victim, 'error') as Promise<[Error]>;
    await Promise.resolve(action(victim)).catch(() => undefined);
    return (await closed)[0].message;
  }

  describe('connections and channels', () => {
    it('refuses a wrong password', async () => {
      const wrong = url().replace('amqp://', 'amqp://guest:wrong@');
      await expect(connect(wrong)).rejects.toThrow(
        'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN',
      );
    });

    it('refuses a virtual host that does not exist', async () => {
      await expect(connect(`${url()}/nowhere`)).rejects.toThrow('Expected ConnectionOpenOk; got <ConnectionClose');
    });

    it('closes only the channel on a channel error', async () => {
      expect(await refusal((on) => on.checkQueue(name('missing')))).toContain(
        `404 (NOT-FOUND) with message "NOT_FOUND - no queue '${name('missing')}' in vhost '/'"`,
      );
      expect(await channel.assertQueue('', { exclusive: true })).toMatchObject({ messageCount: 0, consumerCount: 0 });
    });

    it('opens many channels on one connection', async () => {
      const channels = await Promise.all(Array.from({ length: 50 }, () => connection.createChannel()));
      const q = await queue('q');
      await Promise.all(channels.map((one) => one.checkQueue(q)));
      await Promise.all(channels.map((one) => one.close()));
    });

    it('keeps an idle connection alive with heartbeats', async () => {
      const model = await connect(`${url()}?heartbeat=1`);
      opened.push(model);
      const ended = once(model, 'close').then(() => 'closed');
      expect(await Promise.race([ended, delay(2_600, 'open')])).toBe('open');
    });
  });

  describe('exchanges', () => {
    it('direct: routes by the exact key, to every queue bound with it', async () => {
      const x = await exchange('direct');
      const [a, b, c] = [await queue('a'), await queue('b'), await queue('c')];
      await channel.bindQueue(a, x, 'k');
      await channel.bindQueue(b, x, 'k');
      await channel.bindQueue(c, x, 'other');
      channel.publish(x, 'k', Buffer.from('1'));
      expect(await texts(a, 1)).toEqual(['1']);
      expect(await texts(b, 1)).toEqual(['1']);
      expect(await countOf(c)).toBe(0);
    });

    it('fanout: routes to every bound queue once', async () => {
      const x = await exchange('fanout');
      const a = await queue('a');
      await channel.bindQueue(a, x, 'one');
      await channel.bindQueue(a, x, 'two');
      channel.publish(x, 'whatever', Buffer.from('1'));
      expect(await texts(a, 1)).toEqual(['1']);
      expect(await countOf(a)).toBe(0);
    });

    it.each([
      ['order.*', 'order.created', true],
      ['order.*', 'order.created.v2', false],
      ['order.*', 'order', false],
      ['order.#', 'order', true],
      ['order.#', 'order.created.v2', true],
      ['#', 'a.b.c', true],
      ['*.created', 'order.created', true],
      ['#.v2', 'order.created.v2', true],
      ['order.#.v2', 'order.v2', true],
      ['order.#.v2', 'order.a.b.v3', false],
      ['*', '', false],
      ['#', '', true],
    ])('topic: the pattern %s takes the key "%s": %s', async (pattern, key, taken) => {
      const x = await exchange('topic');
      const [a, all] = [await queue('a'), await queue('all')];
      await channel.bindQueue(a, x, pattern);
      await channel.bindQueue(all, x, key);
      channel.publish(x, key, Buffer.from('1'));
      await next(all);
      expect(await countOf(a)).toBe(taken ? 1 : 0);
    });

    it('headers: x-match all and any', async () => {
      const x = await exchange('headers');
      const [all, any, present] = [await queue('all'), await queue('any'), await queue('present')];
      await channel.bindQueue(all, x, '', { 'x-match': 'all', a: 1, b: 'two' });
      await channel.bindQueue(any, x, '', { 'x-match': 'any', a: 1, b: 'two' });
      await channel.bindQueue(present, x, '', { a: null });
      channel.publish(x, '', Buffer.from('both'), { headers: { a: 1, b: 'two' } });
      channel.publish(x, '', Buffer.from('one'), { headers: { a: 1, b: 'other' } });
      channel.publish(x, '', Buffer.from('none'), { headers: { b: 'other' } });
      expect(await texts(any, 2)).toEqual(['both', 'one']);
      expect(await countOf(all)).toBe(1);
      expect(await countOf(present)).toBe(2);
    });

    it('the default exchange routes by queue name and refuses bindings', async () => {
      const q = await queue('q');
      channel.publish('', q, Buffer.from('1'));
      expect(await texts(q, 1)).toEqual(['1']);
      expect(await refusal((on) => on.bindQueue(q, '', 'k'))).toContain(
        'ACCESS_REFUSED - operation not permitted on the default exchange',
      );
    });

    it('has the amq.* exchanges, and refuses to make more', async () => {
      for (const x of ['amq.direct', 'amq.fanout', 'amq.topic', 'amq.headers', 'amq.match'])
        await channel.checkExchange(x);
      expect(await refusal((on) => on.assertExchange('amq.mine', 'direct'))).toContain(
        "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'",
      );
    });

    it('binds exchanges to exchanges, in a circle too', async () => {
      const [x, y] = [await exchange('topic', { autoDelete: false }), await exchange('fanout', { autoDelete: false })];
      const q = await queue('q');
      await channel.bindExchange(y, x, 'a.#');
      await channel.bindExchange(x, y, '#');
      await channel.bindQueue(q, y, '');
      channel.publish(x, 'a.b', Buffer.from('1'));
      expect(await texts(q, 1)).toEqual(['1']);
      await channel.unbindExchange(y, x, 'a.#');
      channel.publish(x, 'a.b', Buffer.from('2'));
      channel.publish(y, 'c', Buffer.from('3'));
      expect(await texts(q, 1)).toEqual(['3']);
      await Promise.all([x, y].map((one) => channel.deleteExchange(one)));
    });

    it('sends what reaches no queue to the alternate exchange', async () => {
      const lost = await exchange('fanout');
      const x = await exchange('direct', { alternateExchange: lost });
      const q = await queue('q');
      await channel.bindQueue(q, lost, '');
      channel.publish(x, 'unknown', Buffer.from('1'));
      expect(await texts(q, 1)).toEqual(['1']);
    });

    it('refuses to declare an exchange again as something else', async () => {
      const x = await exchange('direct');
      expect(await refusal((on) => on.assertExchange(x, 'fanout', { autoDelete: true }))).toContain(
        `406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - inequivalent arg 'type' for exchange '${x}' in vhost '/': received 'fanout' but current is 'direct'"`,
      );
    });

    it('says that an exchange is not there', async () => {
      const message = `NOT_FOUND - no exchange '${name('no')}' in vhost '/'`;
      expect(await refusal((on) => on.checkExchange(name('no')))).toContain(message);
      expect(await refusal((on) => on.publish(name('no'), 'k', Buffer.from('1')))).toContain(message);
    });

    it('deletes an auto-delete exchange with its last binding', async () => {
      const x = await exchange('direct');
      const q = await queue('q');
      await channel.bindQueue(q, x, 'k');
      await channel.unbindQueue(q, x, 'k');
      expect(await refusal((on) => on.checkExchange(x))).toContain('NOT_FOUND');
    });

    it('deletes an exchange only if unused, when asked to', async () => {
      const x = await exchange('direct');
      await channel.bindQueue(await queue('q'), x, 'k');
      expect(await refusal((on) => on.deleteExchange(x, { ifUnused: true }))).toContain(
        `PRECONDITION_FAILED - exchange '${x}' in vhost '/' in use`,
      );
      await channel.deleteExchange(x);
      await channel.deleteExchange(x);
    });
  });

  describe('queues', () => {
    it('names a queue when the client does not', async () => {
      const made = await channel.assertQueue('', { exclusive: true });
      expect(made.queue).toMatch(/^amq\.gen-[\w-]{22}$/);
    });

    it('counts messages and consumers in declare-ok', async () => {
      const q = await queue('q');
      send(q, '1');
      send(q, '2');
      await expectSoon(() => countOf(q)).toBe(2);
      await collect(q);
      expect(await channel.assertQueue(q, { exclusive: true })).toMatchObject({ messageCount: 0, consumerCount: 1 });
    });

    it.each([
      ['durable', { durable: true, autoDelete: true }, "received 'true' but current is 'false'"],
      ['auto_delete', { durable: false }, "received 'false' but current is 'true'"],
      ['x-message-ttl', { durable: false, autoDelete: true, messageTtl: 100 }, "received the value '100' of type"],
    ])('refuses to declare a queue again with another %s', async (argument, options, words) => {
      const { queue: q } = await channel.assertQueue(name('q'), { durable: false, autoDelete: true });
      const said = await refusal((on) => on.assertQueue(q, options));
      await channel.deleteQueue(q);
      expect(said).toContain(
        `PRECONDITION_FAILED - inequivalent arg '${argument}' for queue '${q}' in vhost '/': ${words}`,
      );
    });

    it('refuses arguments that make no sense', async () => {
      expect(await refusal((on) => on.assertQueue(name('x'), { messageTtl: -1 }))).toContain(
        `PRECONDITION_FAILED - invalid arg 'x-message-ttl' for queue '${name('x')}' in vhost '/': {value_negative,-1}`,
      );
      expect(await refusal((on) => on.assertQueue(name('x'), { deadLetterRoutingKey: 'k' }))).toContain(
        'routing_key_but_no_dlx_defined',
      );
    });

    it('keeps an exclusive queue to its connection, and deletes it with the connection', async () => {
      const other = await open();
      const owner = await other.createChannel();
      await owner.assertQueue(name('mine'), { exclusive: true });
      expect(await refusal((on) => on.checkQueue(name('mine')))).toContain(
        `405 (RESOURCE-LOCKED) with message "RESOURCE_LOCKED - cannot obtain exclusive access to locked queue '${name('mine')}' in vhost '/'`,
      );
      await other.close();
      expect(await refusal((on) => on.checkQueue(name('mine')))).toContain('NOT_FOUND');
    });

    it('deletes an auto-delete queue with its last consumer', async () => {
      await channel.assertQueue(name('q'), { autoDelete: true, durable: false });
      const { consumerTag } = await collect(name('q'));
      await channel.checkQueue(name('q'));
      await channel.cancel(consumerTag);
      expect(await refusal((on) => on.checkQueue(name('q')))).toContain('NOT_FOUND');
    });

    it('purges, and deletes if unused or empty', async () => {
      const q = await queue('q');
      send(q, '1');
      send(q, '2');
      await expectSoon(() => countOf(q)).toBe(2);
      expect(await refusal((on) => on.deleteQueue(q, { ifEmpty: true }))).toContain(
        `PRECONDITION_FAILED - queue '${q}' in vhost '/' not empty`,
      );
      expect(await channel.purgeQueue(q)).toEqual({ messageCount: 2 });
      const { consumerTag } = await collect(q);
      expect(await refusal((on) => on.deleteQueue(q, { ifUnused: true }))).toContain(
        `PRECONDITION_FAILED - queue '${q}' in vhost '/' in use`,
      );
      await channel.cancel(consumerTag);
      expect(await channel.deleteQueue(q, { ifUnused: true, ifEmpty: true })).toEqual({ messageCount: 0 });
      expect(await channel.deleteQueue(q)).toEqual({ messageCount: 0 });
    });

    it('deletes a queue that was not used for x-expires', async () => {
      await channel.assertQueue(name('q'), { expires: 150, durable: false });
      // Asking for the queue counts as use, so this cannot be polled.
      await delay(600);
      expect(await refusal((on) => on.checkQueue(name('q')))).toContain('NOT_FOUND');
    });
  });

  describe('delivery', () => {
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
      channel.sendToQueue(q, content, properties);
      const message = await next(q);
      expect(message.content).toEqual(content);
      expect(message.properties).toMatchObject(properties);
      expect(message.fields).toMatchObject({ exchange: '', routingKey: q, redelivered: false, messageCount: 0 });
    });

    it('carries an empty and a large message', async () => {
      const q = await queue('q');
      const large = Buffer.alloc(3_000_000, 'abc');
      channel.sendToQueue(q, Buffer.alloc(0));
      channel.sendToQueue(q, large);
      expect((await next(q)).content).toHaveLength(0);
      expect((await next(q)).content.equals(large)).toBe(true);
    });

    it('answers get on an empty queue with false', async () => {
      expect(await channel.get(await queue('q'))).toBe(false);
    });

    it('serves consumers in turn, each message once and in order', async () => {
      const q = await queue('q');
      const consumers = await Promise.all([1, 2, 3].map(() => collect(q, { noAck: true })));
      for (let i = 0; i < 9; i += 1) send(q, String(i));
      await expectSoon(() => consumers.map(({ messages }) => messages.length)).toEqual([3, 3, 3]);
      const seen = consumers.flatMap(({ messages }) => messages.map(({ content }) => content.toString()));
      expect(seen.sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
    });

    it('gives a consumer no more than its prefetch, and one more for each ack', async () => {
      const q = await queue('q');
      for (let i = 0; i < 5; i += 1) send(q, String(i));
      await channel.prefetch(2);
      const { messages } = await collect(q);
      await expectSoon(() => countOf(q)).toBe(3);
      expect(messages).toHaveLength(2);
      channel.ack(messages[0]!);
      await expectSoon(() => messages.length).toBe(3);
      expect(await countOf(q)).toBe(2);
    });

    it('shares a global prefetch among the consumers of a channel', async () => {
      const [a, b] = [await queue('a'), await queue('b')];
      for (let i = 0; i < 3; i += 1) {
        send(a, String(i));
        send(b, String(i));
      }
      await channel.prefetch(3, true);
      const [first, second] = [await collect(a), await collect(b)];
      const got = () => first.messages.length + second.messages.length;
      await expectSoon(got).toBe(3);
      expect((await countOf(a)) + (await countOf(b))).toBe(3);
      channel.ackAll();
      await expectSoon(got).toBe(6);
    });

    it('allows an exclusive consumer nobody beside it', async () => {
      const q = await queue('q');
      const { consumerTag } = await collect(q, { exclusive: true });
      const words = `ACCESS_REFUSED - queue '${q}' in vhost '/' in exclusive use`;
      expect(await refusal((on) => on.consume(q, () => undefined))).toContain(words);
      await channel.cancel(consumerTag);
      await collect(q);
      expect(await refusal((on) => on.consume(q, () => undefined, { exclusive: true }))).toContain(words);
    });

    it('stops delivering after cancel, and keeps what was not acknowledged', async () => {
      const q = await queue('q');
      const { messages, consumerTag } = await collect(q, { consumerTag: 'mine' });
      expect(consumerTag).toBe('mine');
      send(q, '1');
      await expectSoon(() => messages.length).toBe(1);
      await channel.cancel(consumerTag);
      send(q, '2');
      await expectSoon(() => countOf(q)).toBe(1);
      channel.ack(messages[0]!);
      expect(messages).toHaveLength(1);
    });

    it('tells a consumer when its queue is deleted', async () => {
      const q = await queue('q');
      const cancelled = new Promise((resolve) => {
        void channel.consume(q, (message) => {
          if (message === null) resolve(true);
        });
      });
      await channel.checkQueue(q);
      await channel.deleteQueue(q);
      expect(await cancelled).toBe(true);
    });
  });

  describe('acknowledgement', () => {
    it('forgets an acknowledged message', async () => {
      const q = await queue('q');
      send(q, '1');
      const other = await connection.createChannel();
      other.ack(await next(q, other));
      await other.close();
      expect(await countOf(q)).toBe(0);
    });

    it('acknowledges several at once', async () => {
      const q = await queue('q');
      for (const text of ['1', '2', '3']) send(q, text);
      const other = await connection.createChannel();
      await next(q, other);
      other.ack(await next(q, other), true);
      await next(q, other);
      await other.close();
      expect(await countOf(q)).toBe(1);
      expect((await next(q)).fields.redelivered).toBe(true);
    });

    it('puts refused messages back in their places, as redelivered', async () => {
      const q = await queue('q');
      for (const text of ['1', '2', '3', '4']) send(q, text);
      const taken = [await next(q), await next(q), await next(q)];
      channel.nack(taken[1]!, false, true);
      channel.reject(taken[0]!, true);
      const again = [await next(q), await next(q), await next(q)];
      expect(again.map(({ content }) => content.toString())).toEqual(['1', '2', '4']);
      expect(again.map(({ fields }) => fields.redelivered)).toEqual([true, true, false]);
    });

    it.each(['channel', 'connection'])('puts back what was not acknowledged when the %s ends', async (what) => {
      const q = (await channel.assertQueue(name('q'), { durable: false })).queue;
      for (const text of ['1', '2', '3']) send(q, text);
      const other = await open();
      const consumer = await other.createChannel();
      const { messages } = await collect(q, {}, consumer);
      await expectSoon(() => messages.length).toBe(3);
      await (what === 'channel' ? consumer : other).close();
      await expectSoon(() => countOf(q)).toBe(3);
      expect(await texts(q, 3)).toEqual(['1', '2', '3']);
      await channel.deleteQueue(q);
    });

    it('closes the channel for a delivery tag that it does not know', async () => {
      const q = await queue('q');
      send(q, '1');
      const said = await refusal(async (on) => {
        const message = await next(q, on);
        on.ack(message);
        on.ack(message);
      });
      expect(said).toContain('406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - unknown delivery tag 1"');
    });

    it('delivers again on recover', async () => {
      const q = await queue('q');
      send(q, '1');
      await next(q);
      await channel.recover();
      expect((await next(q)).fields.redelivered).toBe(true);
    });
  });

  describe('publishing', () => {
    let confirming: ConfirmChannel;
    beforeEach(async () => {
      confirming = await connection.createConfirmChannel();
    });

    const confirmed = (to: string, options: Options.Publish = {}) =>
      new Promise<'ack' | 'nack'>((resolve) => {
        confirming.sendToQueue(to, Buffer.from('1'), options, (error: unknown) => resolve(error ? 'nack' : 'ack'));
      });

    it('confirms persistent, transient and unroutable messages', async () => {
      const q = (await channel.assertQueue(name('durable'), { durable: true })).queue;
      const outcomes = [confirmed(q, { persistent: true }), confirmed(q), confirmed(name('nobody'))];
      expect(await Promise.all(outcomes)).toEqual(['ack', 'ack', 'ack']);
      expect(await countOf(q)).toBe(2);
      await channel.deleteQueue(q);
    });

    it('confirms each of many', async () => {
      const q = (await channel.assertQueue(name('durable'), { durable: true })).queue;
      const outcomes = Array.from({ length: 500 }, (_, i) => confirmed(q, { persistent: i % 3 === 0 }));
      expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['ack']));
      expect(await countOf(q)).toBe(500);
      await channel.deleteQueue(q);
    });

    it('returns a mandatory message that reaches no queue, before it confirms it', async () => {
      const order: string[] = [];
      const returned = once(confirming, 'return') as Promise<[ConsumeMessage & { fields: { replyText: string } }]>;
      confirming.on('return', () => order.push('return'));
      await confirmed(name('nobody'), { mandatory: true }).then(() => order.push('confirm'));
      const [message] = await returned;
      expect(message.fields).toMatchObject({ replyCode: 312, replyText: 'NO_ROUTE', routingKey: name('nobody') });
      expect(order).toEqual(['return', 'confirm']);
    });

    it('refuses a publish to a full queue with reject-publish', async () => {
      const q = await queue('full', { 'x-max-length': 1, 'x-overflow': 'reject-publish' });
      expect(await confirmed(q)).toBe('ack');
      expect(await confirmed(q)).toBe('nack');
      expect(await countOf(q)).toBe(1);
    });

    it('refuses a user id that is not the connected user', async () => {
      const said = await refusal((on) => on.publish('', 'x', Buffer.from('1'), { userId: 'somebody' }));
      expect(said).toContain("user_id property set to 'somebody' but authenticated user was 'guest'");
    });

    it('refuses an expiration that is no number', async () => {
      const said = await refusal((on) => on.publish('', 'x', Buffer.from('1'), { expiration: 'soon' }));
      expect(said).toContain("PRECONDITION_FAILED - invalid expiration 'soon'");
    });
  });

  describe('dead letters', () => {
    async function deadLetterQueue() {
      const dlx = await exchange('fanout');
      const dead = await queue('dead');
      await channel.bindQueue(dead, dlx, '');
      return { dlx, dead };
    }

    it('sends refused messages to the dead-letter exchange, with their history', async () => {
      const { dlx, dead } = await deadLetterQueue();
      const q = await queue('q', { 'x-dead-letter-exchange': dlx });
      send(q, '1', { headers: { mine: 'kept' }, messageId: 'm' });
      channel.nack(await next(q), false, false);
      const letter = await next(dead);
      expect(letter.fields).toMatchObject({ exchange: dlx, routingKey: q });
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

    it('counts a message that comes round again', async () => {
      const dlx = await exchange('direct');
      const [q, dead] = [await queue('q', { 'x-dead-letter-exchange': dlx }), await queue('dead')];
      await channel.bindQueue(dead, dlx, q);
      send(q, '1');
      for (let round = 1; round <= 3; round += 1) {
        channel.reject(await next(q), false);
        const letter = await next(dead);
        const deaths = deathsOf(letter);
        expect(deaths.map((death) => death['count'])).toEqual([round]);
        channel.ack(letter);
        channel.sendToQueue(q, letter.content, { headers: letter.properties.headers });
      }
    });

    it('uses x-dead-letter-routing-key', async () => {
      const dead = await queue('dead');
      const q = await queue('q', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead });
      send(q, '1');
      channel.reject(await next(q), false);
      expect((await next(dead)).fields.routingKey).toBe(dead);
    });

    it('dead-letters expired messages in time, without anybody asking', async () => {
      const { dlx, dead } = await deadLetterQueue();
      const q = await queue('q', { 'x-dead-letter-exchange': dlx, 'x-message-ttl': 60 });
      const started = Date.now();
      send(q, '1');
      const letter = await next(dead);
      expect(Date.now() - started).toBeGreaterThanOrEqual(55);
      expect(letter.properties.headers).toMatchObject({ 'x-first-death-reason': 'expired' });
      expect(await countOf(q)).toBe(0);
    });

    it("honours a message's own expiration, and remembers it", async () => {
      const { dlx, dead } = await deadLetterQueue();
      const q = await queue('q', { 'x-dead-letter-exchange': dlx });
      send(q, '1', { expiration: '50' });
      const letter = await next(dead);
      expect(letter.properties.expiration).toBeUndefined();
      const [death] = deathsOf(letter);
      expect(death).toMatchObject({ reason: 'expired', 'original-expiration': '50' });
    });

    it('expires messages only at the head of the queue', async () => {
      const { dlx, dead } = await deadLetterQueue();
      const q = await queue('q', { 'x-dead-letter-exchange': dlx });
      send(q, 'long', { expiration: '400' });
      send(q, 'short', { expiration: '20' });
      await delay(150);
      expect(await countOf(dead)).toBe(0);
      expect(await texts(dead, 2)).toEqual(['long', 'short']);
    });

    it('drops the oldest of a full queue to the dead-letter exchange', async () => {
      const { dlx, dead } = await deadLetterQueue();
      const q = await queue('q', { 'x-dead-letter-exchange': dlx, 'x-max-length': 2 });
      for (const text of ['1', '2', '3']) send(q, text);
      const letter = await next(dead);
      expect(letter.content.toString()).toBe('1');
      expect(letter.properties.headers).toMatchObject({ 'x-first-death-reason': 'maxlen' });
      expect(await texts(q, 2)).toEqual(['2', '3']);
    });

    it('keeps a queue under x-max-length-bytes', async () => {
      const q = await queue('q', { 'x-max-length-bytes': 10 });
      for (const text of ['11111', '22222', '33333']) send(q, text);
      expect(await texts(q, 2)).toEqual(['22222', '33333']);
    });

    it('drops a message that would go in a circle without being refused', async () => {
      const q = await queue('q', {
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': name('q'),
        'x-message-ttl': 20,
      });
      send(q, '1');
      await expectSoon(() => countOf(q), { interval: 10 }).toBe(0);
    });

    it('makes a delayed retry from a queue with a time to live', async () => {
      const work = await queue('work', { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': name('retry') });
      await queue('retry', { 'x-message-ttl': 40, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': work });
      send(work, '1');
      const attempts: number[] = [];
      await new Promise<void>((resolve) => {
        void channel.consume(work, (message) => {
          if (!message) return;
          const deaths = deathsOf(message);
          attempts.push(Number(deaths.find((death) => death['queue'] === work)?.['count'] ?? 0));
          if (attempts.length < 4) {
            channel.nack(message, false, false);
          } else {
            channel.ack(message);
            resolve();
          }
        });
      });
      expect(attempts).toEqual([0, 1, 2, 3]);
    });
  });
}

/** Repeats a question until it is answered. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(5);
  }
  throw new Error('Waited 20 s for an answer in vain.');
}

/** The history of a dead letter, as it came over the wire. */
function deathsOf(message: GetMessage | ConsumeMessage): Record<string, unknown>[] {
  return (message.properties.headers?.['x-death'] ?? []) as unknown as Record<string, unknown>[];
}
