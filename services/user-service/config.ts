import { z } from 'zod';
import { baseConfig, mongoUrl } from '@quickbite/shared/config';

/** The environment of user-service. */
export const config = baseConfig.extend({
  MONGO_URL: mongoUrl,
  /** Signs the access tokens that the gateway checks. */
  JWT_SECRET: z.string().min(32, 'expected at least 32 characters'),
});
