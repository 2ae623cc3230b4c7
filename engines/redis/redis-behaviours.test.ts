import { concurrencyBehaviours } from './behaviours/concurrency-behaviours.test.js';
import { connectionBehaviours } from './behaviours/connection-behaviours.test.js';
import { evictionBehaviours } from './behaviours/eviction-behaviours.test.js';
import { libraryBehaviours } from './behaviours/library-behaviours.test.js';
import { recordedBehaviours } from './behaviours/recorded-behaviours.test.js';
import { useRedis } from './behaviours/redis-context.test.js';
import { scriptBehaviours } from './behaviours/script-behaviours.test.js';
import { valueBehaviours } from './behaviours/value-behaviours.test.js';
import type { StartedProcess } from './server-process.test.js';

/** What any Redis server must do, run against the one that `start` starts. */
export function redisBehaviours(start: () => Promise<StartedProcess>): void {
  const context = useRedis(start);
  recordedBehaviours(context);
  valueBehaviours(context);
  concurrencyBehaviours(context);
  scriptBehaviours(context);
  connectionBehaviours(context);
  evictionBehaviours(context);
  libraryBehaviours(context);
}
