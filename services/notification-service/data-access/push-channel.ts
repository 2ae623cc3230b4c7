import type { Channel, Mailbox } from '../domain/channel.js';

/** Push messages to every device of somebody, into the lab's mailbox. */
export function createPushChannel(mailbox: Mailbox): Channel {
  return {
    name: 'push',
    unreachable: ({ deviceTokens }) => (deviceTokens.length === 0 ? 'no device is registered' : undefined),
    async send({ idempotencyKey, contact, content }) {
      await mailbox.put(idempotencyKey, {
        channel: 'push',
        userId: contact.id,
        to: contact.deviceTokens,
        subject: content.title,
        text: content.body,
      });
    },
  };
}
