export type { ChangingPool } from './changing-pool.js';
export { connectMongo, mongoReadiness } from './connect-mongo.js';
export { isDuplicateKey } from './duplicate-key.js';
export { insertMissing } from './insert-missing.js';
export { mongoOutboxStore } from './mongo-outbox.js';
