import type { Role } from '@quickbite/shared/identity';
import type { Preferences } from './preferences.js';

/** The roles that a person may choose for themselves. Nobody registers as an admin. */
export const selfServiceRoles = ['customer', 'restaurant_owner', 'driver'] as const satisfies readonly Role[];

/** Something that takes push messages. */
export interface Device {
  /** What the push provider knows it by. */
  readonly token: string;
  readonly platform: 'ios' | 'android' | 'web';
}

/** What an account begins with. */
export interface NewAccount {
  readonly name: string;
  /** Normalised: trimmed and in lower case. Unique. */
  readonly email: string;
  readonly role: Role;
  readonly passwordHash: string;
}

/** An account, as it is stored. */
export interface Account extends NewAccount {
  readonly id: string;
  /** E.164. */
  readonly phone?: string;
  /** The most recently registered first. */
  readonly devices: readonly Device[];
  readonly preferences: Preferences;
  readonly createdAt: Date;
}

/** What leaves the service: never the hash. */
export interface PublicAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** Names each field that leaves, so that a new private one stays inside by default. */
export function toPublicAccount({ id, name, email, role, createdAt }: Account): PublicAccount {
  return { id, name, email, role, createdAt: createdAt.toISOString() };
}
