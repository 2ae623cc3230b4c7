import { baseConfig, serviceUrl } from '@quickbite/shared/config';
import { z } from 'zod';

/**
 * The outsider knows nothing of the stack: it needs an address to listen on, the lab's key, a folder for its ledger, and, if
 * somebody wants to be told what happens, where to and a secret for the signature.
 */
export const configSchema = baseConfig
  .omit({ IDENTITY_SECRET: true })
  .extend({
    DATA_DIR: z.string().min(1),
    WEBHOOK_URL: serviceUrl.optional(),
    WEBHOOK_SECRET: z.string().min(32, 'expected at least 32 characters').optional(),
  })
  .refine(({ WEBHOOK_URL, WEBHOOK_SECRET }) => (WEBHOOK_URL === undefined) === (WEBHOOK_SECRET === undefined), {
    path: ['WEBHOOK_SECRET'],
    error: 'expected WEBHOOK_URL and WEBHOOK_SECRET together, or neither',
  });
