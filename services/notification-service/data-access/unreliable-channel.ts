import type { Channel } from '../domain/channel.js';

/** How badly a provider behaves. */
export interface Trouble {
  readonly down: boolean;
  /** Share of the messages that it refuses, 0 to 1. */
  readonly failRate: number;
  /** Share of the messages that arrive, and whose sender hears that they did not, 0 to 1. */
  readonly lostAnswers: number;
}

/** A channel whose provider fails when it is told to. */
export function unreliable(channel: Channel, trouble: () => Trouble, random: () => number): Channel {
  return {
    ...channel,
    async send(message) {
      const { down, failRate, lostAnswers } = trouble();
      if (down) throw new Error(`the ${channel.name} provider is down`);
      if (failRate > 0 && random() < failRate) throw new Error(`the ${channel.name} provider refused the message`);
      await channel.send(message);
      if (lostAnswers > 0 && random() < lostAnswers)
        throw new Error(`the answer of the ${channel.name} provider was lost`);
    },
  };
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32, by Tommy Ettinger). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
