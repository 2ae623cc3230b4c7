import type { Scenario, Topic } from '../protocol/index.js';
import { caching } from './topics/caching.js';
import { drivers } from './topics/drivers.js';
import { messaging } from './topics/messaging.js';
import { nodejs } from './topics/node.js';
import { orders } from './topics/orders.js';
import { resilience } from './topics/resilience.js';
import { security } from './topics/security.js';
import { whole } from './topics/whole.js';

/** The catalogue by topic, in the order in which it is listed. */
export const topics: readonly Topic[] = [resilience, caching, security, orders, messaging, drivers, nodejs, whole];

/** Every scenario. */
export const catalog: readonly Scenario[] = topics.flatMap((topic) => topic.scenarios);
