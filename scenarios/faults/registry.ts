import { bandwidthFault } from './bandwidth.js';
import { downFault } from './down.js';
import type { Fault } from './fault.js';
import type { FaultName, FaultPlan, PlanOf } from './fault-plan.js';
import { isolateFault } from './isolate.js';
import { killFault } from './kill.js';
import { latencyFault } from './latency.js';
import { partitionFault } from './partition.js';
import { pauseFault } from './pause.js';
import { resetFault } from './reset.js';
import { restartFault } from './restart.js';
import { stopFault } from './stop.js';
import { timeoutFault } from './timeout.js';

const faults: { readonly [Name in FaultName]: Fault<PlanOf<Name>> } = {
  kill: killFault,
  pause: pauseFault,
  stop: stopFault,
  restart: restartFault,
  isolate: isolateFault,
  latency: latencyFault,
  bandwidth: bandwidthFault,
  timeout: timeoutFault,
  reset: resetFault,
  down: downFault,
  partition: partitionFault,
};

/** Every fault, processes' first. */
export const faultNames = Object.keys(faults) as readonly FaultName[];

/** The fault of a plan. What it is given must be that plan: its name is what tells the plans apart. */
export const faultOf = (plan: FaultPlan): Fault<FaultPlan> => faults[plan.fault];

/** What a fault does, as a sentence. */
export const describe = (plan: FaultPlan): string => faultOf(plan).describe(plan);
