export { breakByHand, undoByHand } from './break-by-hand.js';
export { faultsInEffect } from './faults-in-effect.js';
export type { FaultInEffect } from './faults-in-effect.js';
