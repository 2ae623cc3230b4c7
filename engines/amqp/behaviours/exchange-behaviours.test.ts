import { describe, expect, it } from 'vitest';
import { clients } from './clients.test.js';
import type { UrlOf } from './clients.test.js';

export function exchangeBehaviours(url: UrlOf): void {
  describe('exchanges', () => {
    const amqp = clients(url);
    const { name, queue, exchange, next, texts, countOf, refusal, ending } = amqp;
    const publish = (x: string, key: string, text: string, options = {}) =>
      amqp.channel.publish(x, key, Buffer.from(text), options);

    it('direct: routes by the exact key, to every queue bound with it', async () => {
      const x = await exchange('direct');
      const [a, b, c] = [await queue('a'), await queue('b'), await queue('c')];
      await amqp.channel.bindQueue(a, x, 'k');
      await amqp.channel.bindQueue(b, x, 'k');
      await amqp.channel.bindQueue(c, x, 'other');
      publish(x, 'k', '1');
      expect(await texts(a, 1)).toEqual(['1']);
      expect(await texts(b, 1)).toEqual(['1']);
      expect(await countOf(c)).toBe(0);
    });

    it('direct: takes several keys for one queue', async () => {
      const x = await exchange('direct');
      const q = await queue('q');
      await amqp.channel.bindQueue(q, x, 'red');
      await amqp.channel.bindQueue(q, x, 'blue');
      for (const key of ['red', 'green', 'blue']) publish(x, key, key);
      expect(await texts(q, 2)).toEqual(['red', 'blue']);
      expect(await countOf(q)).toBe(0);
    });

    it('fanout: routes to every bound queue once', async () => {
      const x = await exchange('fanout');
      const a = await queue('a');
      await amqp.channel.bindQueue(a, x, 'one');
      await amqp.channel.bindQueue(a, x, 'two');
      publish(x, 'whatever', '1');
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
      ['#.#', 'a', true],
      ['*', '', false],
      ['#', '', true],
    ])('topic: the pattern %s takes the key "%s": %s', async (pattern, key, taken) => {
      const x = await exchange('topic');
      const [a, all] = [await queue('a'), await queue('all')];
      await amqp.channel.bindQueue(a, x, pattern);
      await amqp.channel.bindQueue(all, x, key);
      publish(x, key, '1');
      await next(all);
      expect(await countOf(a)).toBe(taken ? 1 : 0);
    });

    it('topic: gives a queue with several matching patterns one copy', async () => {
      const x = await exchange('topic');
      const q = await queue('q');
      for (const pattern of ['a.*', '#', 'a.b']) await amqp.channel.bindQueue(q, x, pattern);
      publish(x, 'a.b', '1');
      await next(q);
      expect(await countOf(q)).toBe(0);
    });

    it('headers: x-match all wants every header, any wants one', async () => {
      const x = await exchange('headers');
      const [all, any] = [await queue('all'), await queue('any')];
      await amqp.channel.bindQueue(all, x, '', { 'x-match': 'all', a: 1, b: 'two' });
      await amqp.channel.bindQueue(any, x, '', { 'x-match': 'any', a: 1, b: 'two' });
      publish(x, '', 'both', { headers: { a: 1, b: 'two' } });
      publish(x, '', 'one', { headers: { a: 1, b: 'other' } });
      publish(x, '', 'none', { headers: { b: 'other' } });
      expect(await texts(any, 2)).toEqual(['both', 'one']);
      expect(await texts(all, 1)).toEqual(['both']);
      expect(await countOf(all)).toBe(0);
    });

    it('headers: means all when x-match is left out', async () => {
      const x = await exchange('headers');
      const q = await queue('q');
      await amqp.channel.bindQueue(q, x, '', { a: 1, b: 2 });
      publish(x, '', 'one', { headers: { a: 1 } });
      publish(x, '', 'both', { headers: { a: 1, b: 2, c: 3 } });
      expect(await texts(q, 1)).toEqual(['both']);
    });

    it('headers: an argument without a value asks only that the header is there', async () => {
      const x = await exchange('headers');
      const q = await queue('q');
      await amqp.channel.bindQueue(q, x, '', { 'x-match': 'all', a: null });
      publish(x, '', 'absent', { headers: { b: 1 } });
      publish(x, '', 'there', { headers: { a: 'anything' } });
      expect(await texts(q, 1)).toEqual(['there']);
    });

    it('headers: does not look at headers that start with x-, unless it is told to', async () => {
      const x = await exchange('headers');
      const [without, withX] = [await queue('without'), await queue('with')];
      await amqp.channel.bindQueue(without, x, '', { 'x-match': 'all', 'x-tenant': 'a', plain: 1 });
      await amqp.channel.bindQueue(withX, x, '', { 'x-match': 'all-with-x', 'x-tenant': 'a', plain: 1 });
      publish(x, '', 'b', { headers: { 'x-tenant': 'b', plain: 1 } });
      publish(x, '', 'a', { headers: { 'x-tenant': 'a', plain: 1 } });
      expect(await texts(without, 2)).toEqual(['b', 'a']);
      expect(await texts(withX, 1)).toEqual(['a']);
    });

    it('headers: refuses an x-match that it does not know', async () => {
      const x = await exchange('headers');
      const q = await queue('q');
      expect(await refusal((on) => on.bindQueue(q, x, '', { 'x-match': 'some' }))).toContain(
        'PRECONDITION_FAILED - Invalid x-match field value',
      );
    });

    it('the default exchange routes by queue name and refuses bindings', async () => {
      const q = await queue('q');
      publish('', q, '1');
      expect(await texts(q, 1)).toEqual(['1']);
      expect(await refusal((on) => on.bindQueue(q, '', 'k'))).toContain(
        'ACCESS_REFUSED - operation not permitted on the default exchange',
      );
    });

    it('has the amq.* exchanges, and refuses to make or delete any', async () => {
      for (const x of ['amq.direct', 'amq.fanout', 'amq.topic', 'amq.headers', 'amq.match'])
        await amqp.channel.checkExchange(x);
      expect(await refusal((on) => on.assertExchange('amq.mine', 'direct'))).toContain(
        "ACCESS_REFUSED - exchange name 'amq.mine' contains reserved prefix 'amq.*'",
      );
      expect(await refusal((on) => on.deleteExchange('amq.direct'))).toContain(
        "ACCESS_REFUSED - deletion of system exchange 'amq.direct' in vhost '/' not allowed",
      );
    });

    it('refuses a type of exchange that it does not know, and closes the connection', async () => {
      expect(await ending((on) => on.assertExchange(name('x'), 'no-such-type'))).toContain(
        '503 (COMMAND-INVALID) with message "COMMAND_INVALID - unknown exchange type \'no-such-type\'"',
      );
    });

    it('refuses publishes to an internal exchange, which takes bindings from others', async () => {
      const inner = await exchange('fanout', { internal: true }, 'inner');
      const outer = await exchange('fanout', {}, 'outer');
      const q = await queue('q');
      await amqp.channel.bindExchange(inner, outer, '');
      await amqp.channel.bindQueue(q, inner, '');
      publish(outer, 'k', '1');
      expect(await texts(q, 1)).toEqual(['1']);
      expect(await refusal((on) => on.publish(inner, 'k', Buffer.from('2')))).toContain(
        `ACCESS_REFUSED - cannot publish to internal exchange '${inner}' in vhost '/'`,
      );
    });

    it.each([
      ['type', 'fanout', { autoDelete: true }, "received 'fanout' but current is 'direct'"],
      ['durable', 'direct', { autoDelete: true, durable: false }, "received 'false' but current is 'true'"],
      ['auto_delete', 'direct', { autoDelete: false }, "received 'false' but current is 'true'"],
      ['internal', 'direct', { autoDelete: true, internal: true }, "received 'true' but current is 'false'"],
    ])('refuses to declare an exchange again with another %s', async (argument, type, options, words) => {
      const x = await exchange('direct');
      expect(await refusal((on) => on.assertExchange(x, type, options))).toContain(
        `406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - inequivalent arg '${argument}' for exchange '${x}' in vhost '/': ${words}`,
      );
    });

    it('takes the same declaration again', async () => {
      const x = await exchange('topic', { durable: false });
      expect(await exchange('topic', { durable: false })).toBe(x);
    });

    it('says that an exchange is not there', async () => {
      const message = `NOT_FOUND - no exchange '${name('no')}' in vhost '/'`;
      expect(await refusal((on) => on.checkExchange(name('no')))).toContain(message);
      expect(await refusal((on) => on.publish(name('no'), 'k', Buffer.from('1')))).toContain(message);
    });

    it('deletes an auto-delete exchange with its last binding', async () => {
      const x = await exchange('direct');
      const q = await queue('q');
      await amqp.channel.bindQueue(q, x, 'k');
      await amqp.channel.unbindQueue(q, x, 'k');
      expect(await refusal((on) => on.checkExchange(x))).toContain('NOT_FOUND');
    });

    it('deletes an auto-delete exchange with the last queue bound to it', async () => {
      const x = await exchange('direct');
      const q = await queue('q');
      await amqp.channel.bindQueue(q, x, 'k');
      await amqp.channel.deleteQueue(q);
      expect(await refusal((on) => on.checkExchange(x))).toContain('NOT_FOUND');
    });

    it('deletes an exchange only if unused, when asked to', async () => {
      const x = await exchange('direct');
      await amqp.channel.bindQueue(await queue('q'), x, 'k');
      expect(await refusal((on) => on.deleteExchange(x, { ifUnused: true }))).toContain(
        `PRECONDITION_FAILED - exchange '${x}' in vhost '/' in use`,
      );
      await amqp.channel.deleteExchange(x);
      await amqp.channel.deleteExchange(x);
    });
  });
}
