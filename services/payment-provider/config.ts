import { baseConfig } from '@quickbite/shared/config';

/** The outsider knows nothing of the stack: it needs an address to listen on, and the lab's key. */
export const configSchema = baseConfig.omit({ IDENTITY_SECRET: true });
