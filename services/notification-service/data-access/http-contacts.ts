import { AppError } from '@quickbite/shared/errors';
import { objectId } from '@quickbite/shared/http';
import { SERVICE_ROLE, signIdentity } from '@quickbite/shared/identity';
import type { Upstream } from '@quickbite/shared/resilience';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Contact, Contacts } from '../domain/contact.js';

const timeOfDay = z.string().regex(/^\d\d:\d\d$/);
/** What is needed here of user-service's answer; it may have more. */
const answer = z.object({
  id: objectId,
  name: z.string(),
  email: z.string(),
  phone: z.string().optional(),
  deviceTokens: z.array(z.string()),
  preferences: z.object({
    channels: z.object({ email: z.boolean(), sms: z.boolean(), push: z.boolean(), inApp: z.boolean() }),
    quietHours: z.object({ enabled: z.boolean(), from: timeOfDay, to: timeOfDay }),
    timeZone: z.string(),
    dailyCap: z.int().min(0).optional(),
  }),
});

const defaults = { keepMs: 60_000, keepAtMost: 10_000, timeoutMs: 2000 } as const;

/** Contacts over HTTP from user-service, each kept for a minute: so long an opt-out may take. */
export function createHttpContacts(options: {
  readonly upstream: Upstream;
  readonly identitySecret: string;
  /** The name that this service signs with. */
  readonly service: string;
  /** ms that an answer is kept. Default a minute. */
  readonly keepMs?: number;
}): Contacts {
  const { upstream, identitySecret, service, keepMs = defaults.keepMs } = options;
  const kept = new LRUCache<string, { readonly contact: Contact | undefined }>({
    max: defaults.keepAtMost,
    ...(keepMs > 0 && { ttl: keepMs }),
  });

  async function ask(userId: string): Promise<Contact | undefined> {
    const response = await upstream.request({
      method: 'GET',
      path: `/api/users/${userId}/contact`,
      identity: signIdentity({ userId: service, role: SERVICE_ROLE }, identitySecret),
      timeoutMs: defaults.timeoutMs,
    });
    if (response.status === 404) return undefined;
    if (response.status !== 200)
      throw new AppError(
        'upstream-unreachable',
        `user-service answered ${response.status} when asked how to reach somebody. Try again later.`,
      );
    return answer.parse(JSON.parse(response.body.toString('utf8')));
  }

  return {
    async find(userId) {
      const known = kept.get(userId);
      if (known) return known.contact;
      const contact = await ask(userId);
      if (keepMs > 0) kept.set(userId, { contact });
      return contact;
    },
  };
}
