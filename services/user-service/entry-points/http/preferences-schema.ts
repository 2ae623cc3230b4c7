import { z } from 'zod';
import type { Preferences } from '../../domain/preferences.js';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected HH:MM, from 00:00 to 23:59');

/** Notification preferences, in requests and answers. */
export const preferences = z.strictObject({
  channels: z.strictObject({ email: z.boolean(), sms: z.boolean(), push: z.boolean(), inApp: z.boolean() }),
  marketing: z.boolean(),
  quietHours: z.strictObject({ enabled: z.boolean(), from: timeOfDay, to: timeOfDay }),
  timeZone: z.string().max(64).refine(isTimeZone, 'expected an IANA time zone such as Europe/Berlin'),
  dailyCap: z.int().min(0).max(1000).exactOptional(),
}) satisfies z.ZodType<Preferences>;

/** By the zones that this Node knows. An offset such as `+02:00` is refused: it does not know summer time. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
