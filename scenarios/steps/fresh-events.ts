import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const event = z.looseObject({ id: z.string(), occurredAt: z.string() });

/** An event that has just happened, with its id. */
export interface FreshEvent {
  readonly id: string;
  /** When it happened, ms since the epoch. */
  readonly at: number;
  readonly body: string;
}

/**
 * Makes news of what a story has heard: so many events about the same things, by turns, each with an id of its own and of this moment.
 * @param heard bodies of events, at least one
 */
export function freshEvents(heard: readonly string[], count: number): readonly FreshEvent[] {
  if (heard.length === 0) throw new RangeError('Expected an event that was heard, to make others like it.');
  const models = heard.map((body) => event.parse(JSON.parse(body)));
  return Array.from({ length: count }, (_, n) => {
    const [id, at] = [randomUUID(), Date.now()];
    const occurredAt = new Date(at).toISOString();
    return { id, at, body: JSON.stringify({ ...models[n % models.length], id, occurredAt }) };
  });
}
