import { openApiDocument } from '@quickbite/shared/http';

/** What the document says about itself. A relative server is right behind any address. */
export const described = {
  info: {
    title: 'QuickBite',
    version: '1',
    description:
      'Food delivery: order from restaurants, pay, and follow the driver. Errors are problem details (RFC 9457); ids are 24 hexadecimal digits; money is an integer amount of minor units with its currency; times are ISO 8601 in UTC; positions are GeoJSON, longitude first.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/', description: 'The gateway that this document came from' }],
} as const;

const TAGS: Readonly<Record<string, { readonly name: string; readonly description: string }>> = {
  auth: { name: 'Sign-in', description: 'Open an account, sign in and out, renew tokens.' },
  users: { name: 'Account', description: 'The own account, its addresses and preferences.' },
  restaurants: { name: 'Restaurants', description: 'Find restaurants, and manage the own ones.' },
  orders: { name: 'Orders', description: 'Place, pay, follow and move orders.' },
  drivers: { name: 'Drivers', description: 'Drivers, their positions and offers.' },
  notifications: { name: 'Notifications', description: 'What happened, and for admins what could not be delivered.' },
};
const GATEWAY = { name: 'Gateway', description: 'The gateway itself.' };

/** In the order in which a reader meets them. */
export const tags = [...Object.values(TAGS), GATEWAY];

/** The group of a path: what it is about. */
export function tagOf(path: string): string {
  const subject = /^\/api\/([\w-]+)/.exec(path)?.[1] ?? '';
  return (TAGS[subject] ?? GATEWAY).name;
}

const header = (description: string, example: string) => ({ description, schema: { type: 'string' }, example });

/** What all operations share; the schema of problems is the services' own. */
export const components = {
  ...openApiDocument('shared', []).components,
  headers: {
    CorrelationId: header('Names the request in every log and event that it causes.', 'b7f9a1c2-4f0e-4c55'),
    RateLimit: header('Places left (`r`) and seconds until the next becomes free (`t`).', '"write";r=19;t=60'),
    RateLimitPolicy: header('The limit: places (`q`) in a sliding window of seconds (`w`).', '"write";q=20;w=60'),
    RetryAfter: header('Seconds to wait before the next attempt.', '30'),
  },
};
