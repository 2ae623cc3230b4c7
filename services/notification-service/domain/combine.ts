import type { Content } from './notification.js';

/** Says several things about one order at once: the newest in full, and how many there were. Emails carry them all. */
export function combine(contents: readonly Content[]): Content {
  const newest = contents.at(-1);
  if (!newest) throw new TypeError('expected at least one text to combine');
  if (contents.length === 1) return newest;
  return {
    title: `${newest.title} (${contents.length} updates)`,
    body: newest.body,
    sms: newest.sms,
    email: { subject: newest.email.subject, text: contents.map(({ email }) => email.text).join('\n\n') },
  };
}
