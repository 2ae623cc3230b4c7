import { randomBytes } from 'node:crypto';
import type { Happening, Webhook } from './webhook.js';

/**
 * Turns what happens into a webhook, to be saved together with it: what was taken or given back is then owed to be told, wherever
 * the provider dies.
 * @returns undefined when nobody wants to be told
 */
export type Announce = (happening: Happening) => Webhook | undefined;

export function createAnnounce(options: {
  /** Asked at each happening. */
  readonly isWanted: () => boolean;
  /** How often the webhook will be delivered. */
  readonly copies: () => number;
}): Announce {
  return (happening) =>
    options.isWanted()
      ? {
          ...happening,
          id: `evt_${randomBytes(12).toString('hex')}`,
          createdAt: new Date().toISOString(),
          copies: options.copies(),
        }
      : undefined;
}
