import type { Fault, FaultName } from './fault.js';
import { killFault } from './kill.js';
import { pauseFault } from './pause.js';

/** Every fault by its name, which is what the journal holds. */
export const faults: Readonly<Record<FaultName, Fault>> = { kill: killFault, pause: pauseFault };
