import { describe, expect, it } from 'vitest';
import { createLogger } from '../logging/index.js';
import { eventually } from '../testing/index.js';
import { createEvent } from './envelope.js';
import type { EventEnvelope } from './envelope.js';
import { startOutboxRelay } from './outbox.js';
import type { OutboxStore } from './outbox.js';

const logger = createLogger({ service: 'test', level: 'error' });
logger.silent = true;
/** Longer than any test waits: what happens, a nudge made happen. */
const NEVER_MS = 60_000;

const updated = (): EventEnvelope =>
  createEvent('restaurant.updated', { restaurantId: 'a'.repeat(24), ownerId: 'b'.repeat(24) });

/** An outbox in memory, with the semantics of the one in MongoDB. */
function outboxOf(documents: Readonly<Record<string, EventEnvelope[]>>): OutboxStore & { waiting(): number } {
  return {
    pending: (limit) =>
      Promise.resolve(
        Object.entries(documents)
          .filter(([, events]) => events.length > 0)
          .slice(0, limit)
          .map(([documentId, events]) => ({ documentId, events: [...events] })),
      ),
    remove: (documentId, eventId) => {
      const events = documents[documentId] ?? [];
      const index = events.findIndex((event) => event.id === eventId);
      if (index >= 0) events.splice(index, 1);
      return Promise.resolve();
    },
    backlog: () => Promise.resolve({ events: Object.values(documents).flat().length, oldest: undefined }),
    waiting: () => Object.values(documents).flat().length,
  };
}

describe('the outbox relay', () => {
  it('publishes the events of a document in their order and forgets them', async () => {
    const events = Array.from({ length: 5 }, updated);
    const store = outboxOf({ order: [...events] });
    const published: EventEnvelope[] = [];
    const relay = startOutboxRelay({
      store,
      logger,
      publish: async (event) => {
        await Promise.resolve();
        published.push(event);
      },
    });
    await eventually(() => expect(store.waiting()).toBe(0));
    await relay.close();
    expect(published).toEqual(events);
  });

  it('goes on at once when there are more documents than one batch', async () => {
    const documents = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [String(index), [updated()]]));
    const store = outboxOf(documents);
    const relay = startOutboxRelay({ store, logger, publish: () => Promise.resolve(), pollMs: NEVER_MS });
    await eventually(() => expect(store.waiting()).toBe(0));
    await relay.close();
  });

  it('is woken by a nudge, also by one that comes while it works', async () => {
    const waiting: EventEnvelope[] = [];
    const store = outboxOf({ order: waiting });
    const published: string[] = [];
    const relay = startOutboxRelay({
      store,
      logger,
      pollMs: NEVER_MS,
      publish: (event) => {
        published.push(event.id);
        if (published.length === 1) {
          waiting.push(second);
          relay.nudge();
        }
        return Promise.resolve();
      },
    });
    const [first, second] = [updated(), updated()];
    await eventually(async () => expect(await store.pending(1)).toEqual([]));
    waiting.push(first);
    relay.nudge();
    await eventually(() => expect(published).toEqual([first.id, second.id]));
    await relay.close();
  });

  it('keeps an event that could not be published, and does not overtake it', async () => {
    const events = [updated(), updated()];
    const store = outboxOf({ order: [...events] });
    const tried: string[] = [];
    let broken = true;
    const relay = startOutboxRelay({
      store,
      logger,
      pollMs: 5,
      publish: (event) => {
        tried.push(event.id);
        return broken ? Promise.reject(new Error('rabbitmq is away')) : Promise.resolve();
      },
    });
    await eventually(() => expect(tried.length).toBeGreaterThan(2));
    expect(new Set(tried)).toEqual(new Set([events[0]?.id]));
    expect(store.waiting()).toBe(2);
    broken = false;
    await eventually(() => expect(store.waiting()).toBe(0));
    await relay.close();
    expect(tried.slice(-2)).toEqual(events.map(({ id }) => id));
  });

  it('publishes the other documents although one fails, and never one event twice at a time', async () => {
    const slow = updated();
    const store = outboxOf({ broken: [updated()], slow: [slow] });
    let slowAtOnce = 0;
    let most = 0;
    let rounds = 0;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const relay = startOutboxRelay({
      store,
      logger,
      pollMs: 1,
      publish: async (event) => {
        if (event.id !== slow.id) {
          rounds += 1;
          throw new Error('refused');
        }
        slowAtOnce += 1;
        most = Math.max(most, slowAtOnce);
        await held;
        slowAtOnce -= 1;
      },
    });
    await eventually(() => expect(slowAtOnce).toBe(1));
    release();
    await eventually(() => expect(rounds).toBeGreaterThan(2));
    await eventually(() => expect(store.waiting()).toBe(1));
    await relay.close();
    expect(most).toBe(1);
  });

  it('does not spin on nudges while publishing fails', async () => {
    const store = outboxOf({ order: [updated()] });
    let tries = 0;
    const relay = startOutboxRelay({
      store,
      logger,
      pollMs: NEVER_MS,
      publish: () => {
        tries += 1;
        return Promise.reject(new Error('rabbitmq is away'));
      },
    });
    await eventually(() => expect(tries).toBe(1));
    for (let nudges = 0; nudges < 50; nudges += 1) {
      relay.nudge();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await relay.close();
    expect(tries).toBe(1);
  });

  it('finishes the event in work when it is closed, and publishes nothing afterwards', async () => {
    const store = outboxOf({ order: [updated()] });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let begun = 0;
    const relay = startOutboxRelay({
      store,
      logger,
      pollMs: 1,
      publish: async () => {
        begun += 1;
        await held;
      },
    });
    await eventually(() => expect(begun).toBe(1));
    const closed = relay.close();
    release();
    await closed;
    expect(store.waiting()).toBe(0);
    expect(begun).toBe(1);
  });
});
