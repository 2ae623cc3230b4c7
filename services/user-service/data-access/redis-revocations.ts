import type { Redis, Result } from 'ioredis';
import { ACCESS_TOKEN_LIFETIME_S } from '../domain/access-tokens.js';
import type { SharedRevocations } from '../domain/revocations.js';

/** ms that a key outlives its token: clocks differ a little. */
const MARGIN_MS = 10_000;
/** How many commands are on their way at once. */
const BATCH = 200;

/** Two that are told in the wrong order must not bring an old version back. KEYS: the version; ARGV: version, lifetime in ms. */
const RAISE = `
if tonumber(ARGV[1]) < tonumber(redis.call('GET', KEYS[1]) or '0') then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    raiseSessionVersion(key: string, version: number, lifetimeMs: number): Result<number, Context>;
  }
}

/** The keys that the gateways read; `docs/contracts.md` lists them. Each expires with the tokens that it concerns. */
export function createRedisRevocations(redis: Redis, now: () => Date): SharedRevocations {
  redis.defineCommand('raiseSessionVersion', { numberOfKeys: 1, lua: RAISE });
  return {
    async revoke(tokens) {
      await inBatches(tokens, async ({ id, expiresAt }) => {
        const lifetimeMs = expiresAt * 1000 - now().getTime();
        if (lifetimeMs > 0) await redis.set(`auth:revoked:${id}`, '1', 'PX', lifetimeMs + MARGIN_MS);
      });
    },
    async announce(versions) {
      const lifetimeMs = ACCESS_TOKEN_LIFETIME_S * 1000 + MARGIN_MS;
      await inBatches(versions, async ({ userId, version }) => {
        await redis.raiseSessionVersion(`auth:session-version:${userId}`, version, lifetimeMs);
      });
    },
  };
}

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH)
    await Promise.all(items.slice(start, start + BATCH).map(work));
}
