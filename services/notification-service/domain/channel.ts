import type { Contact } from './contact.js';
import type { Content, OutsideChannel } from './notification.js';

/** What is handed to a channel. */
export interface OutgoingMessage {
  /** The same for every attempt at one delivery: who gets it a second time has it already. */
  readonly idempotencyKey: string;
  readonly contact: Contact;
  readonly content: Content;
}

/** A way to reach somebody outside of the app. */
export interface Channel {
  readonly name: OutsideChannel;
  /** Why it cannot reach somebody; undefined when it can. */
  unreachable(contact: Contact): string | undefined;
  /** @throws when it was not sent; it may be tried again with the same key */
  send(message: OutgoingMessage): Promise<void>;
}

/** All of them. */
export type Channels = Readonly<Record<OutsideChannel, Channel>>;

/** A message as it arrived at the other end. */
export interface MailboxEntry {
  readonly channel: OutsideChannel;
  readonly userId: string;
  /** Addresses, numbers or device tokens. */
  readonly to: readonly string[];
  /** Subject of an email, title of a push. */
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
  /** The whole email as it goes over the wire. */
  readonly raw?: string;
}

/** The other end: what the providers of the lab have received. */
export interface Mailbox {
  /** Takes a message once for a key. */
  put(idempotencyKey: string, entry: MailboxEntry): Promise<void>;
  /** Newest first. */
  list(
    filter: { readonly channel?: OutsideChannel; readonly userId?: string },
    limit: number,
  ): Promise<readonly (MailboxEntry & { readonly at: Date })[]>;
}
