import type { Channel, Mailbox } from '../domain/channel.js';
import { emailHtml } from '../domain/email-html.js';

const SENDER = 'QuickBite <orders@quickbite.example>';
const DOMAIN = 'quickbite.example';

/** Email. The message is made as for a mail server, and delivered into the lab's mailbox. */
export function createEmailChannel(mailbox: Mailbox): Channel {
  return {
    name: 'email',
    unreachable: ({ email }) => (email === '' ? 'no email address is known' : undefined),
    async send({ idempotencyKey, contact, content }) {
      const { subject, text: body } = content.email;
      const text = `Hello ${contact.name},\n\n${body}\n\nYour QuickBite team`;
      const html = emailHtml(text);
      // Loaded with the first email: a start must not wait for it.
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
      const { message } = await transport.sendMail({
        from: SENDER,
        to: { name: contact.name, address: contact.email },
        subject,
        text,
        html,
        // The same for each attempt: mail servers and readers drop a second copy.
        messageId: `<${idempotencyKey.replaceAll(':', '.')}@${DOMAIN}>`,
      });
      await mailbox.put(idempotencyKey, {
        channel: 'email',
        userId: contact.id,
        to: [contact.email],
        subject,
        text,
        html,
        raw: Buffer.isBuffer(message) ? message.toString('utf8') : text,
      });
    },
  };
}
