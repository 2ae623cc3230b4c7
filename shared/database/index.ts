export { batched, BatchError } from './batched.js';
export type { ChangingPool } from './changing-pool.js';
export { connectMongo, mongoReadiness } from './connect-mongo.js';
export { isDuplicateKey } from './duplicate-key.js';
export { insertMissing } from './insert-missing.js';
export { mongoOutboxStore } from './mongo-outbox.js';
export { insertEach, updateEach } from './write-each.js';
export type { UpdateStatement } from './write-each.js';
