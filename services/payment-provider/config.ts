import { baseConfig } from '@quickbite/shared/config';
import { z } from 'zod';

/** The outsider knows nothing of the stack: it needs an address to listen on, the lab's key, and a folder for its ledger. */
export const configSchema = baseConfig.omit({ IDENTITY_SECRET: true }).extend({ DATA_DIR: z.string().min(1) });
