import { insertMissing } from '@quickbite/shared/database';
import type { City, SeedOutcome } from '@quickbite/shared/seed';
import { Types } from 'mongoose';
import type { Connection } from 'mongoose';
import type { AccountDocument } from './account-document.js';

/** Creates the function that inserts the accounts of a city. All share one password, and one hash of it: hashing 1,651 takes a minute. */
export function createAccountSeeder(
  connection: Connection,
  hash: (password: string) => Promise<string>,
): (city: City) => Promise<SeedOutcome> {
  return async function seedAccounts(city) {
    const { CITY_PASSWORD, FOUNDED_AT } = await import('@quickbite/shared/seed/city');
    const { admins, owners, couriers, customers } = city;
    const account = { passwordHash: await hash(CITY_PASSWORD), createdAt: FOUNDED_AT, version: 0 };
    const { inserted, present } = await insertMissing(connection.model<AccountDocument>('Account'), [
      ...[...admins, ...owners, ...couriers].map(({ id, name, email, phone, role }) => ({
        ...{ _id: new Types.ObjectId(id), name, email, phone, role },
        ...account,
      })),
      ...customers.map(({ id, name, email, phone, role, home }) => ({
        ...{ _id: new Types.ObjectId(id), name, email, phone, role },
        ...account,
        addresses: [{ _id: new Types.ObjectId(home.id), label: 'Home', text: home.text, location: home.location }],
      })),
    ]);
    const first = [customers, owners, couriers, admins].flatMap((people) => people.slice(0, 1));
    return {
      inserted: { accounts: inserted },
      present: { accounts: present },
      examples: {
        password: CITY_PASSWORD,
        accounts: first.map(({ id, role, name, email }) => ({ id, role, name, email })),
        deliveryLocation: customers[0]?.home.location,
      },
    };
  };
}
