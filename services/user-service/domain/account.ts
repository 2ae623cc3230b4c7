import type { GeoPoint } from '@quickbite/shared/http';
import type { Role } from '@quickbite/shared/identity';
import type { Preferences } from './preferences.js';

/** The roles that a person may choose for themselves. Nobody registers as an admin. */
export const selfServiceRoles = ['customer', 'restaurant_owner', 'driver'] as const satisfies readonly Role[];

/** How many addresses an account may have. */
export const MAX_ADDRESSES = 20;
/** How many devices of an account get push messages; a further one replaces the oldest. */
export const MAX_DEVICES = 10;

/** What takes push messages. */
export const platforms = ['ios', 'android', 'web'] as const;

/** Something that takes push messages. */
export interface Device {
  /** Made from the token, which is a secret: what appears in paths and logs must not be. */
  readonly id: string;
  /** What the push provider knows it by. */
  readonly token: string;
  readonly platform: (typeof platforms)[number];
}

/** Somewhere that its owner has things delivered to. */
export interface Address {
  readonly id: string;
  /** What its owner calls it: `Home`. */
  readonly label: string;
  /** As one writes it on a letter. */
  readonly text?: string;
  readonly location: GeoPoint;
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
  readonly addresses: readonly Address[];
  /** The most recently registered first. */
  readonly devices: readonly Device[];
  readonly preferences: Preferences;
  /** Raised to end all sessions: tokens carry the version that they were issued under. */
  readonly sessionVersion: number;
  readonly createdAt: Date;
}

/** What its owner may change of an account. Null takes the phone away. */
export interface ProfileChange {
  readonly name?: string;
  readonly phone?: string | null;
}

/** What leaves the service: never the hash. */
export interface PublicAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone?: string;
  readonly role: Role;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** Names each field that leaves, so that a new private one stays inside by default. */
export function toPublicAccount({ id, name, email, phone, role, createdAt }: Account): PublicAccount {
  return { id, name, email, ...(phone !== undefined && { phone }), role, createdAt: createdAt.toISOString() };
}
