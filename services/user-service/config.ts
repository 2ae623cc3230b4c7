import { z } from 'zod';
import { baseConfig, mongoUrl, redisUrl } from '@quickbite/shared/config';

/** The environment of user-service. */
export const config = baseConfig
  .extend({
    MONGO_URL: mongoUrl,
    REDIS_URL: redisUrl,
    /** ms that Redis has for a command before this service goes on without it. */
    REDIS_TIMEOUT_MS: z.coerce.number().int().min(10).max(10_000).default(500),
    /** Signs the access tokens that the gateway checks. */
    JWT_SECRET: z.string().min(32, 'expected at least 32 characters'),
    /** Days after which a session ends, however often it is refreshed: what a thief who goes unnoticed has at most. */
    SESSION_MAX_AGE_DAYS: z.coerce.number().int().min(1).max(365).default(30),
    /** The first admin, created at the start unless there is one with this email. */
    ADMIN_EMAIL: z.string().trim().toLowerCase().pipe(z.email('expected an email address')).optional(),
    ADMIN_PASSWORD: z.string().min(12, 'expected at least 12 characters').max(128).optional(),
  })
  .refine(({ ADMIN_EMAIL, ADMIN_PASSWORD }) => (ADMIN_EMAIL === undefined) === (ADMIN_PASSWORD === undefined), {
    path: ['ADMIN_PASSWORD'],
    error: 'expected together with ADMIN_EMAIL, or neither',
  });
