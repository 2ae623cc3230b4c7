import type { Importance, NotifiedEventType } from './notification.js';
import { compileTemplate } from './template.js';
import type { Render } from './template.js';
import { texts } from './texts.js';
import type { Recipient } from './texts.js';

export type { Recipient } from './texts.js';

/** What a text may mention, by kind of event. */
const orderPlaceholders = ['order', 'restaurant', 'total'] as const;
const driverPlaceholders = ['order', 'distance'] as const;

/** A compiled text and whom it goes to. */
export interface Message {
  readonly to: Recipient;
  readonly title: Render;
  readonly body: Render;
  readonly sms: Render;
  readonly email: { readonly subject: Render; readonly text: Render };
  /** Worth an email of its own. */
  readonly receipt: boolean;
  readonly importance: Importance;
}
export type Messages = ReadonlyMap<NotifiedEventType, readonly Message[]>;

/**
 * Compiles all texts, once, at start.
 * @throws Error when one of them names a placeholder that its event does not carry
 */
export function compileMessages(): Messages {
  return new Map(
    (Object.keys(texts) as NotifiedEventType[]).map((type) => {
      const names = type === 'driver.assigned' ? driverPlaceholders : orderPlaceholders;
      const compile = (text: string): Render => compileTemplate(text, names);
      const messages = texts[type].map(({ to, title, body, sms, email, importance, receipt = false }) => ({
        to,
        importance,
        title: compile(title),
        body: compile(body),
        sms: compile(sms),
        email: { subject: compile(email.subject), text: compile(email.text) },
        receipt,
      }));
      return [type, messages];
    }),
  );
}
