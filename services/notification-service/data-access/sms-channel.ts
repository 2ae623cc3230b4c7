import type { Channel, Mailbox } from '../domain/channel.js';

/** SMS, into the lab's mailbox. */
export function createSmsChannel(mailbox: Mailbox): Channel {
  return {
    name: 'sms',
    unreachable: ({ phone }) => (phone === undefined ? 'no phone number is known' : undefined),
    async send({ idempotencyKey, contact, content }) {
      if (contact.phone === undefined) throw new TypeError('expected a contact with a phone number');
      await mailbox.put(idempotencyKey, {
        channel: 'sms',
        userId: contact.id,
        to: [contact.phone],
        text: content.sms,
      });
    },
  };
}
