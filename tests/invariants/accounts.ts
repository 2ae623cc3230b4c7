import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StartedStack } from '@quickbite/runtime/stack';
import type { City, Citizen } from '@quickbite/shared/seed/city';
import jwt from 'jsonwebtoken';
import { z } from 'zod';
import type { Person } from '../people.js';

const state = z.object({ secrets: z.object({ jwt: z.string() }) });
const LIFETIME_S = 15 * 60;

/** The people of a city, signed in. Their accounts' ids, and those of drivers' profiles, are the city's. */
export interface Accounts {
  readonly customers: readonly (Person & { readonly home: City['customers'][number]['home']['location'] })[];
  /** By the id of the account. */
  find(id: string): Person | undefined;
}

/**
 * Signs everybody in with tokens made here, by the stack's own secret: 1,650 passwords would take a minute to check, and signing in
 * is not what is being tested. Each has an address of their own, so that the gateway's limits stay on.
 */
export function signInCity(stack: StartedStack, city: City): Accounts {
  const { secrets } = state.parse(JSON.parse(readFileSync(join(stack.folder, 'state.json'), 'utf8')));
  let address = 0;
  const signIn = ({ id, role }: Citizen): Person => {
    address += 1;
    const token = jwt.sign({ role, sv: 0 }, secrets.jwt, {
      algorithm: 'HS256',
      subject: id,
      issuer: 'quickbite',
      audience: 'quickbite-api',
      jwtid: randomUUID(),
      expiresIn: LIFETIME_S,
    });
    // 198.18.0.0/15 is reserved for measurements (RFC 2544).
    return { id, token, address: `198.18.${address >>> 8}.${address & 255}` };
  };
  const customers = city.customers.map((customer) => ({ ...signIn(customer), home: customer.home.location }));
  const others = [...city.owners, ...city.couriers].map(signIn);
  const byId = new Map([...customers, ...others].map((person) => [person.id, person]));
  return { customers, find: (id) => byId.get(id) };
}
