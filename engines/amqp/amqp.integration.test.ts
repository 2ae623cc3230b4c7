import { afterAll, beforeAll, describe } from 'vitest';
import { amqpBehaviours } from './behaviours/amqp-behaviours.test.js';
import { crashBehaviours } from './behaviours/crash-behaviours.test.js';
import { BrokerProcess, temporaryFolder } from './broker-process.test.js';

describe('the embedded broker behaves as RabbitMQ', () => {
  const folder = temporaryFolder();
  let broker: BrokerProcess;
  beforeAll(async () => {
    broker = await BrokerProcess.start(folder.path);
  });
  afterAll(async () => {
    await broker.stop();
    folder.remove();
  });
  amqpBehaviours(() => broker.url);
  crashBehaviours({
    url: () => broker.url,
    crash: async () => {
      await broker.stop('SIGKILL');
      broker = await BrokerProcess.start(folder.path);
    },
  });
});
