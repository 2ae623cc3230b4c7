import { knob } from '@quickbite/shared/knobs';
import { z } from 'zod';

/** The defences of restaurant-service that a lab can turn off. */
export const knobs = {
  'cache.enabled': knob(
    z.boolean(),
    true,
    'Whether reads go through the Redis cache; off, each one goes to MongoDB. Writes invalidate either way.',
  ),
};
