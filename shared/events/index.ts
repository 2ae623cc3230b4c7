export { connectBroker } from './broker.js';
export type { Broker } from './broker.js';
export { startConsumer } from './consumer.js';
export type { ConsumerOptions, HandlingOutcome, StartedConsumer } from './consumer.js';
export { createEvent, isEvent } from './envelope.js';
export type { EventData, EventEnvelope, EventType } from './envelope.js';
export { startOutboxRelay } from './outbox.js';
export type { OutboxRelay, OutboxStore } from './outbox.js';
