import { z } from 'zod';

/** The environment of every service; each adds its own variables with `.extend`. */
export const baseConfig = z.object({
  PORT: z.coerce.number().int().min(0).max(65535),
  HOST: z.string().min(1).default('127.0.0.1'),
  /**
   * ms that a service which is asked to end goes on serving, unready, so that whoever balances between its instances notices.
   * Longer than they take between two looks. 0 for a service that is alone: nobody could take over.
   */
  DRAIN_NOTICE_MS: z.coerce.number().int().min(0).max(60_000).default(0),
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  /** Signs the identity between gateway and services. */
  IDENTITY_SECRET: z.string().min(32, 'expected at least 32 characters'),
  /** Present only in a lab stack: opens the internal endpoints. */
  QUICKBITE_LAB_KEY: z.string().min(16, 'expected at least 16 characters').optional(),
  /** For tests: an answer that differs from its documentation becomes a 500. */
  QUICKBITE_VALIDATE_ANSWERS: z.stringbool().default(false),
});

/** A `mongodb://` address that names its database. */
export const mongoUrl = z.string().regex(/^mongodb(\+srv)?:\/\/[^/]+\/\w+/, 'expected mongodb://host:port/database');
/** A `redis://` address. */
export const redisUrl = z.string().regex(/^rediss?:\/\//, 'expected redis://host:port');
/** An `amqp://` address. */
export const amqpUrl = z.string().regex(/^amqps?:\/\//, 'expected amqp://user:password@host:port');
/** The address of another service. */
export const serviceUrl = z.url({ protocol: /^https?$/, error: 'expected http://host:port' });

/** The environment is not usable; `problems` names every variable that is wrong, not just the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads a service's configuration from its environment, once, at start.
 * @throws ConfigError naming every problem at once; values are never repeated, they may be secrets
 */
export function loadConfig<Schema extends z.ZodType>(schema: Schema, env: NodeJS.ProcessEnv): z.output<Schema> {
  // An empty variable is one that was not set: read as text it would become port 0.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return given[name] === undefined ? `${name} is missing` : `${name}: ${issue.message}`;
  });
  throw new ConfigError(problems);
}
