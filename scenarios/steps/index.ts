export { handled, NOTIFIER, NOTIFIER_QUEUE, untilTold } from './handled.js';
export { mailsAbout } from './mails.js';
export { declareOwnQueue } from './own-queue.js';
export type { OwnQueue } from './own-queue.js';
export { everybodyOrders } from './place-order.js';
export type { PlacedOrder } from './place-order.js';
export { openTap } from './tap.js';
export type { Tap } from './tap.js';
