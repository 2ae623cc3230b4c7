import { parentPort, workerData } from 'node:worker_threads';
import { closedLoop } from './closed-loop.js';
import type { LoadPlan } from './load-plan.js';
import { openLoop } from './open-loop.js';

/** Makes load in a thread of its own, so that nothing else of this process delays it. */

const plan = workerData as LoadPlan;
const { offer } = plan;
const result = offer.kind === 'closed' ? await closedLoop(plan, offer.connections) : await openLoop(plan, offer.rate);
parentPort?.postMessage(result);
