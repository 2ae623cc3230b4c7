export { MetricsSnapshot } from './metrics-snapshot.js';
export type { Labels, ProcessUsage } from './metrics-snapshot.js';
export { openReaders } from './open-readers.js';
export type { OpenReaders, Readers } from './open-readers.js';
export type { QueueDepth } from './queue-reader.js';
export { storedOrders } from './stored-orders.js';
export type { StoredOrder } from './stored-orders.js';
export type { CacheCounts, Mailbox, MailboxFilter, PaymentLedger } from './service-readers.js';
