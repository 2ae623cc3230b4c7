import { afterAll, beforeAll, describe } from 'vitest';
import { amqpBehaviours } from './behaviours/amqp-behaviours.test.js';
import { crashBehaviours } from './behaviours/crash-behaviours.test.js';
import { temporaryFolder } from './broker-process.test.js';
import { installedRabbitmq, startRabbitmq } from './rabbitmq-process.test.js';

/** What we say that RabbitMQ does is asked of RabbitMQ itself where it is installed. */
describe.skipIf(installedRabbitmq === undefined)('an installed rabbitmq-server passes the same suite', () => {
  const folder = temporaryFolder();
  let rabbitmq: Awaited<ReturnType<typeof startRabbitmq>>;
  beforeAll(async () => {
    rabbitmq = await startRabbitmq(installedRabbitmq ?? '', folder.path);
  });
  afterAll(async () => {
    await rabbitmq.stop();
    folder.remove();
  });
  amqpBehaviours(() => rabbitmq.url);
  crashBehaviours({
    url: () => rabbitmq.url,
    crash: async () => {
      await rabbitmq.kill();
      rabbitmq = await startRabbitmq(installedRabbitmq ?? '', folder.path);
    },
  });
});
