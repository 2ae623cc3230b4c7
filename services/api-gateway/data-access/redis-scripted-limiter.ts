import type { Redis } from 'ioredis';
import { HELD_AT_MOST_MS } from '../domain/rate-limits.js';
import type { Attempt, Limiter, Verdict } from '../domain/rate-limits.js';

/** What a limit keeps in Redis, and the two scripts that work on it. Each is one script, hence atomic, by Redis's own clock. */
export interface LimitScripts {
  /** Names the commands and the keys, e.g. `fixed`. KEYS: the state, and the attempts whose outcome is open. */
  readonly name: string;
  /** ARGV: window (ms), limit, id of the attempt, 1 if its outcome is awaited, and for how long at most (ms). Answers `[outcome, remaining, ms]`. */
  readonly take: string;
  /** ARGV: id of the attempt, 1 if it failed, limit. */
  readonly settle: string;
}

/** A command of `defineCommand`: keys, then arguments. */
type ScriptCommand<Answer> = (state: string, open: string, ...values: (string | number)[]) => Promise<Answer>;

/** A limit that all gateways share. Rejects when Redis is away or slow. */
export function createRedisScriptedLimiter(redis: Redis, { name, take, settle }: LimitScripts): Limiter {
  const define = <Answer>(command: string, lua: string): ScriptCommand<Answer> => {
    redis.defineCommand(command, { numberOfKeys: 2, lua });
    // ioredis has put a method of that name on the client.
    const commands = redis as unknown as Readonly<Record<string, ScriptCommand<Answer>>>;
    return (...args) => (commands[command] as ScriptCommand<Answer>).apply(redis, args);
  };
  const runTake = define<[Verdict['outcome'], number, number]>(`${name}LimitTake`, take);
  const runSettle = define<number>(`${name}LimitSettle`, settle);
  // The braces put both keys into one slot of a Redis cluster.
  const keysOf = ({ key }: Attempt) => [`ratelimit:{${key}}:${name}`, `ratelimit:{${key}}:${name}-open`] as const;
  return {
    async take(attempt) {
      const { windowMs, limit, id, held } = attempt;
      const values = [windowMs, limit, id, held ? 1 : 0, HELD_AT_MOST_MS];
      const [outcome, remaining, resetMs] = await runTake(...keysOf(attempt), ...values);
      return { outcome, remaining, resetMs };
    },
    async settle(attempt, failed) {
      await runSettle(...keysOf(attempt), attempt.id, failed ? 1 : 0, attempt.limit);
    },
  };
}
