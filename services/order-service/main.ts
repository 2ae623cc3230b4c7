import { runService } from '@quickbite/shared/service';
import { knobs } from './knobs.js';

await runService({
  name: 'order-service',
  knobs,
  start: async (context) => (await import('./start.js')).start(context),
});
