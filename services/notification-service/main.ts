import { runService } from '@quickbite/shared/service';
import { notificationKnobs } from './knobs.js';

await runService({
  name: 'notification-service',
  knobs: notificationKnobs,
  start: async (context) => (await import('./start.js')).start(context),
});
