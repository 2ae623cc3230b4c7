import { describe, expect, it } from 'vitest';
import { clients } from './clients.test.js';
import type { UrlOf } from './clients.test.js';

export function bindingBehaviours(url: UrlOf): void {
  describe('bindings', () => {
    const amqp = clients(url);
    const { name, queue, exchange, next, texts, countOf, refusal } = amqp;
    const publish = (x: string, key: string, text: string, options = {}) =>
      amqp.channel.publish(x, key, Buffer.from(text), options);

    it('are made once, however often they are asked for', async () => {
      const x = await exchange('direct');
      const [q, other] = [await queue('q'), await queue('other')];
      await amqp.channel.bindQueue(other, x, 'k');
      await amqp.channel.bindQueue(q, x, 'k');
      await amqp.channel.bindQueue(q, x, 'k');
      await amqp.channel.unbindQueue(q, x, 'k');
      publish(x, 'k', '1');
      await next(other);
      expect(await countOf(q)).toBe(0);
    });

    it('are told apart by their arguments', async () => {
      const x = await exchange('headers');
      const q = await queue('q');
      await amqp.channel.bindQueue(q, x, '', { a: 1 });
      await amqp.channel.bindQueue(q, x, '', { a: 2 });
      await amqp.channel.unbindQueue(q, x, '', { a: 1 });
      publish(x, '', 'one', { headers: { a: 1 } });
      publish(x, '', 'two', { headers: { a: 2 } });
      expect(await texts(q, 1)).toEqual(['two']);
    });

    it('that are not there can be taken away without an error', async () => {
      const x = await exchange('direct', { autoDelete: false });
      const q = await queue('q');
      await amqp.channel.unbindQueue(q, x, 'never');
      await amqp.channel.checkExchange(x);
      await amqp.channel.deleteExchange(x);
    });

    it('need a queue and an exchange that are there', async () => {
      const x = await exchange('direct');
      const q = await queue('q');
      expect(await refusal((on) => on.bindQueue(name('no'), x, 'k'))).toContain(
        `NOT_FOUND - no queue '${name('no')}' in vhost '/'`,
      );
      expect(await refusal((on) => on.bindQueue(q, name('no'), 'k'))).toContain(
        `NOT_FOUND - no exchange '${name('no')}' in vhost '/'`,
      );
    });

    it('go with their queue, and do not come back with another of its name', async () => {
      const x = await exchange('direct', { autoDelete: false });
      await amqp.channel.bindQueue(await queue('q'), x, 'k');
      await amqp.channel.deleteQueue(name('q'));
      const again = await queue('q');
      publish(x, 'k', '1');
      publish('', again, '2');
      expect(await texts(again, 1)).toEqual(['2']);
      await amqp.channel.deleteExchange(x);
    });

    it('bind exchanges to exchanges, each with its own rules', async () => {
      const [outer, inner] = [await exchange('topic'), await exchange('direct')];
      const q = await queue('q');
      await amqp.channel.bindExchange(inner, outer, 'order.#');
      await amqp.channel.bindQueue(q, inner, 'order.paid');
      for (const key of ['order.paid', 'order.sent', 'user.paid']) publish(outer, key, key);
      expect(await texts(q, 1)).toEqual(['order.paid']);
      expect(await countOf(q)).toBe(0);
    });

    it('that go in a circle deliver once', async () => {
      const [x, y] = [await exchange('topic', { autoDelete: false }), await exchange('fanout', { autoDelete: false })];
      const q = await queue('q');
      await amqp.channel.bindExchange(y, x, 'a.#');
      await amqp.channel.bindExchange(x, y, '#');
      await amqp.channel.bindQueue(q, y, '');
      publish(x, 'a.b', '1');
      expect(await texts(q, 1)).toEqual(['1']);
      await amqp.channel.unbindExchange(y, x, 'a.#');
      publish(x, 'a.b', '2');
      publish(y, 'c', '3');
      expect(await texts(q, 1)).toEqual(['3']);
      await Promise.all([x, y].map((one) => amqp.channel.deleteExchange(one)));
    });

    it('that lead to a queue by several ways deliver one copy', async () => {
      const source = await exchange('fanout', {}, 'source');
      const [left, right] = [await exchange('fanout', {}, 'left'), await exchange('fanout', {}, 'right')];
      const q = await queue('q');
      for (const way of [left, right]) {
        await amqp.channel.bindExchange(way, source, '');
        await amqp.channel.bindQueue(q, way, '');
      }
      publish(source, 'k', '1');
      await next(q);
      expect(await countOf(q)).toBe(0);
    });

    it('delete an auto-delete exchange when the exchange bound to it goes', async () => {
      const source = await exchange('fanout', {}, 'source');
      const target = await exchange('fanout', { autoDelete: false }, 'target');
      await amqp.channel.bindExchange(target, source, '');
      await amqp.channel.deleteExchange(target);
      expect(await refusal((on) => on.checkExchange(source))).toContain('NOT_FOUND');
    });

    it('that match nothing leave the message to the alternate exchange', async () => {
      const lost = await exchange('fanout');
      const x = await exchange('direct', { alternateExchange: lost });
      const [q, known] = [await queue('q'), await queue('known')];
      await amqp.channel.bindQueue(q, lost, '');
      await amqp.channel.bindQueue(known, x, 'known');
      publish(x, 'known', '1');
      publish(x, 'unknown', '2');
      const message = await next(q);
      expect(message.content.toString()).toBe('2');
      expect(message.fields).toMatchObject({ exchange: x, routingKey: 'unknown' });
      expect(await countOf(known)).toBe(1);
    });

    it('of a chain of alternate exchanges are tried one after the other', async () => {
      const last = await exchange('fanout', {}, 'last');
      const middle = await exchange('direct', { alternateExchange: last }, 'middle');
      const first = await exchange('direct', { alternateExchange: middle }, 'first');
      const q = await queue('q');
      await amqp.channel.bindQueue(q, last, '');
      publish(first, 'k', '1');
      expect(await texts(q, 1)).toEqual(['1']);
    });

    it('of an alternate exchange that is not there lose the message, without an error', async () => {
      const x = await exchange('direct', { alternateExchange: name('missing') });
      const q = await queue('q');
      publish(x, 'k', '1');
      publish('', q, '2');
      expect(await texts(q, 1)).toEqual(['2']);
    });

    it('by CC and BCC headers add routing keys, and BCC is not passed on', async () => {
      const [a, b, c] = [await queue('a'), await queue('b'), await queue('c')];
      publish('', a, '1', { CC: [b], BCC: [c] });
      const [to, copy, blind] = [await next(a), await next(b), await next(c)];
      expect(copy.content.toString()).toBe('1');
      expect(to.properties.headers).toEqual({ CC: [b] });
      expect(blind.properties.headers).toEqual({ CC: [b] });
      expect(blind.fields.routingKey).toBe(a);
    });

    it('by a CC header that is no list refuse the message', async () => {
      const said = await refusal((on) => on.publish('', name('q'), Buffer.from('1'), { headers: { CC: 5 } }));
      expect(said).toContain('406 (PRECONDITION-FAILED)');
    });
  });
}
