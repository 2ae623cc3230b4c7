import { connect } from 'amqplib';
import type { ChannelModel } from 'amqplib';
import type { ArmRun } from '../protocol/index.js';

/** The exchange that all events of the services go through. */
export const EVENTS_EXCHANGE = 'quickbite.events';

/** Connects to the broker as one more client, directly, past any proxied link. */
export async function connectToBroker(run: Pick<ArmRun, 'url'>): Promise<ChannelModel> {
  const { host } = new URL(run.url('rabbitmq'));
  const connection = await connect(`amqp://guest:guest@${host}`);
  // The broker may be killed under it: what it is asked next fails, which is for the story to handle.
  connection.on('error', () => undefined);
  return connection;
}
