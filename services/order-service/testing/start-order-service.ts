import { createKnobs } from '@quickbite/shared/knobs';
import { createServiceClient, eventually } from '@quickbite/shared/testing';
import type { ServiceClient } from '@quickbite/shared/testing';
import { knobs as knobDefs } from '../knobs.js';
import { start } from '../start.js';
import { startSurroundings } from './start-surroundings.js';
import type { Surroundings } from './start-surroundings.js';

/** order-service in this process, with everything that it needs. */
export interface OrderServiceUnderTest extends Surroundings {
  readonly port: number;
  readonly call: ServiceClient;
  setKnobs(changes: object): Promise<void>;
  stop(): Promise<void>;
}

/** What fails to start leaves nothing of the rest behind. */
export async function startOrderService(): Promise<OrderServiceUnderTest> {
  const stops: (() => Promise<void> | void)[] = [];
  /** In reverse order: the service ends before what it needs. */
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    return { ...(await startParts((end) => stops.push(end))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  onStarted: (end: () => Promise<void> | void) => void,
): Promise<Omit<OrderServiceUnderTest, 'stop'>> {
  const surroundings = await startSurroundings(onStarted);
  const { env } = surroundings;
  const knobs = createKnobs(knobDefs);
  // On a busy machine too, others are heard: tests that need less patience say so. And prices follow from the distance alone.
  knobs.set({ 'payment.timeoutMs': 10_000, 'restaurant.timeoutMs': 10_000, 'surge.enabled': false });
  const service = await start({ env, knobs });
  onStarted(() => service.close());
  const call = createServiceClient(service.port, env.IDENTITY_SECRET);
  await eventually(async () => {
    const { status } = await call('GET', '/health/ready');
    if (status !== 200) throw new Error(`order-service is not ready: ${status}`);
  });
  return {
    ...surroundings,
    port: service.port,
    call,
    async setKnobs(body) {
      const headers = { 'x-lab-key': env.QUICKBITE_LAB_KEY };
      const { status } = await call('PUT', '/internal/knobs', { body, headers });
      if (status !== 200) throw new Error(`the knobs were not changed: ${status}`);
    },
  };
}
