import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { Connection } from 'mongoose';
import { IDENTITY_HEADER, signIdentity } from '@quickbite/shared/identity';
import type { Identity } from '@quickbite/shared/identity';
import { createKnobs } from '@quickbite/shared/knobs';
import { startEngine } from '@quickbite/shared/testing';
import type { StartedEngine } from '@quickbite/shared/testing';
import { knobs as definitions } from '../knobs.js';
import type { UserKnobs } from '../knobs.js';
import { start } from '../start.js';

export const JWT_SECRET = 'a-secret-of-the-tests-for-access-tokens';
const IDENTITY_SECRET = 'a-secret-of-the-tests-for-identities';
export const PASSWORD = 'correct horse';

/** What signing up and signing in answer. */
export interface SignedIn {
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly role: Identity['role'];
  };
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly refreshToken: string;
  readonly refreshExpiresIn: number;
}

/** What the service answered; `body` is undefined when there was none. */
export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Problem {
  readonly type: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string }[];
}

/** A user-service with engines of its own, each answer checked against its documentation. */
export interface StartedUsers {
  readonly mongo: StartedEngine;
  readonly redisEngine: StartedEngine;
  readonly database: Connection;
  readonly redis: Redis;
  readonly knobs: UserKnobs;
  call(method: string, path: string, options?: { as?: Identity | string; body?: unknown }): Promise<Answer>;
  register(fields?: Readonly<Record<string, unknown>>): Promise<Answer<SignedIn>>;
  login(email: unknown, password?: unknown): Promise<Answer<SignedIn & Problem>>;
  /** Stops the service and starts another on the same engines. */
  restart(env?: NodeJS.ProcessEnv): Promise<void>;
  stop(): Promise<void>;
}

/** An address that nobody registered yet. */
export const someEmail = (): string => `${randomUUID()}@example.com`;

export async function startUsers(
  options: { readonly env?: NodeJS.ProcessEnv; readonly now?: () => Date } = {},
): Promise<StartedUsers> {
  const [mongo, redisEngine] = await Promise.all([startEngine('mongo'), startEngine('redis')]);
  const url = `mongodb://127.0.0.1:${mongo.port}/user_service`;
  const knobs = createKnobs(definitions);
  const launch = (env: NodeJS.ProcessEnv = {}) =>
    start({
      knobs,
      env: {
        PORT: '0',
        LOG_LEVEL: 'error',
        IDENTITY_SECRET,
        JWT_SECRET,
        MONGO_URL: url,
        REDIS_URL: `redis://127.0.0.1:${redisEngine.port}`,
        // Busy machines are slow, and most tests are not about that.
        REDIS_TIMEOUT_MS: '5000',
        QUICKBITE_VALIDATE_ANSWERS: 'true',
        ...options.env,
        ...env,
      },
      ...(options.now && { now: options.now }),
    });
  let service = await launch();
  const database = await mongoose.createConnection(url).asPromise();
  const redis = new Redis(redisEngine.port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => 100 });
  redis.on('error', () => undefined);
  await redis.connect();

  const users: StartedUsers = {
    mongo,
    redisEngine,
    database,
    redis,
    knobs,
    async call(method: string, path: string, { as, body }: { as?: Identity | string; body?: unknown } = {}) {
      const identity = typeof as === 'object' ? signIdentity(as, IDENTITY_SECRET) : as;
      const response = await fetch(`http://127.0.0.1:${service.port}${path}`, {
        method,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(identity !== undefined && { [IDENTITY_HEADER]: identity }),
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: readBody(response.headers.get('content-type') ?? '', text),
      };
    },
    register: (fields = {}) =>
      users.call('POST', '/api/auth/register', {
        body: { name: 'Ada', email: someEmail(), password: PASSWORD, ...fields },
      }) as Promise<Answer<SignedIn>>,
    login: (email, password = PASSWORD) =>
      users.call('POST', '/api/auth/login', { body: { email, password } }) as Promise<Answer<SignedIn & Problem>>,
    async restart(env) {
      await service.close();
      service = await launch(env);
    },
    async stop() {
      redis.disconnect();
      await database.close();
      await service.close();
      await Promise.all([mongo.stop(), redisEngine.stop()]);
    },
  };
  return users;
}

function readBody(contentType: string, text: string): unknown {
  if (text === '') return undefined;
  return contentType.includes('json') ? JSON.parse(text) : text;
}
