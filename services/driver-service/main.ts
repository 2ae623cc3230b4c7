import { runService } from '@quickbite/shared/service';
import { driverKnobs } from './knobs.js';

await runService({
  name: 'driver-service',
  knobs: driverKnobs,
  start: async (context) => (await import('./start.js')).start(context),
});
