import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayAnswer } from '../people.js';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 2000;
const GIVE_UP_MS = 90_000;

/**
 * Repeats a call as a real client does until it gets an answer that decides something: broken connections, timeouts, 429 and 5xx
 * do not.
 * @returns undefined when nothing was decided within a minute and a half
 */
export async function insist<Body>(call: () => Promise<GatewayAnswer<Body>>): Promise<GatewayAnswer<Body> | undefined> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  for (let pause = FIRST_PAUSE_MS; performance.now() < giveUpAt; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const answer = await call().catch(() => undefined);
    if (answer && answer.status !== 429 && answer.status < 500) return answer;
    await delay(pause * (0.5 + Math.random() / 2));
  }
  return undefined;
}
