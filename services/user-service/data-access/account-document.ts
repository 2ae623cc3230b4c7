import { Schema } from 'mongoose';
import type { Types } from 'mongoose';
import { roles } from '@quickbite/shared/identity';
import type { Account, Address, NewAccount } from '../domain/account.js';
import { defaultPreferences } from '../domain/preferences.js';
import type { Preferences } from '../domain/preferences.js';

/** An account as MongoDB has it. What came after the first accounts may be absent. */
export interface AccountDocument extends NewAccount {
  readonly phone?: string;
  readonly addresses?: readonly (Omit<Address, 'id'> & { readonly _id: Types.ObjectId })[];
  readonly devices?: Account['devices'];
  /** Absent until its owner chooses, so that a better default reaches everybody who did not. */
  readonly preferences?: Preferences;
  readonly sessionVersion?: number;
  readonly sessionVersionRaisedAt?: Date;
  readonly createdAt: Date;
  readonly version: number;
}

const required = true;
const flag = { type: Boolean, required };

const address = new Schema(
  {
    label: { type: String, required },
    text: String,
    location: new Schema(
      { type: { type: String, enum: ['Point'], required }, coordinates: { type: [Number], required } },
      { _id: false },
    ),
  },
  { strict: 'throw' },
);

const device = new Schema(
  { id: { type: String, required }, token: { type: String, required }, platform: { type: String, required } },
  { _id: false, id: false, strict: 'throw' },
);

const preferences = new Schema<Preferences>(
  {
    channels: { email: flag, sms: flag, push: flag, inApp: flag },
    marketing: flag,
    quietHours: { enabled: flag, from: { type: String, required }, to: { type: String, required } },
    timeZone: { type: String, required },
    dailyCap: Number,
  },
  { _id: false, strict: 'throw' },
);

export const accountSchema = new Schema<AccountDocument>(
  {
    name: { type: String, required },
    email: { type: String, required, unique: true },
    role: { type: String, enum: roles, required },
    passwordHash: { type: String, required },
    phone: String,
    addresses: { type: [address], default: undefined },
    devices: { type: [device], default: undefined },
    preferences,
    sessionVersion: Number,
    sessionVersionRaisedAt: { type: Date, index: true, sparse: true },
    createdAt: { type: Date, required },
    version: { type: Number, required, default: 0 },
  },
  { versionKey: false, strict: 'throw', collection: 'accounts' },
);
// To find whose a device was.
accountSchema.index({ 'devices.id': 1 }, { sparse: true });

/** The account that a document holds. */
export function toAccount(document: AccountDocument & { readonly _id: Types.ObjectId }): Account {
  const { _id, name, email, role, passwordHash, phone, createdAt } = document;
  return {
    id: _id.toHexString(),
    name,
    email,
    role,
    passwordHash,
    ...(phone !== undefined && { phone }),
    addresses: (document.addresses ?? []).map(({ _id: id, ...rest }) => ({ id: id.toHexString(), ...rest })),
    devices: document.devices ?? [],
    preferences: document.preferences ?? defaultPreferences,
    sessionVersion: document.sessionVersion ?? 0,
    createdAt,
  };
}
