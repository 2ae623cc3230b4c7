export { connectMongo, mongoReadiness } from './connect-mongo.js';
export { mongoOutboxStore } from './mongo-outbox.js';
