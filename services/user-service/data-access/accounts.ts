import { Schema } from 'mongoose';
import type { Connection, Types } from 'mongoose';
import { isDuplicateKey } from '@quickbite/shared/database';
import { roles } from '@quickbite/shared/identity';
import type { Account, NewAccount } from '../domain/account.js';
import { defaultPreferences } from '../domain/preferences.js';
import type { Preferences } from '../domain/preferences.js';

/** An account as MongoDB has it. What came after the first accounts may be absent. */
interface AccountDocument extends NewAccount {
  readonly phone?: string;
  readonly devices?: Account['devices'];
  /** Absent until its owner chooses, so that a better default reaches everybody who did not. */
  readonly preferences?: Preferences;
  readonly createdAt: Date;
  readonly version: number;
}

const required = true;
const flag = { type: Boolean, required };

const accountSchema = new Schema<AccountDocument>(
  {
    name: { type: String, required },
    email: { type: String, required, unique: true },
    role: { type: String, enum: roles, required },
    passwordHash: { type: String, required },
    phone: String,
    devices: {
      type: [new Schema({ token: { type: String, required }, platform: { type: String, required } }, { _id: false })],
      default: undefined,
    },
    preferences: {
      type: new Schema<Preferences>(
        {
          channels: { email: flag, sms: flag, push: flag, inApp: flag },
          marketing: flag,
          quietHours: { enabled: flag, from: { type: String, required }, to: { type: String, required } },
          timeZone: { type: String, required },
          dailyCap: Number,
        },
        { _id: false },
      ),
    },
    createdAt: { type: Date, required },
    version: { type: Number, required, default: 0 },
  },
  { versionKey: false, strict: 'throw', collection: 'accounts' },
);

/** The accounts, in the database of this service. */
export interface Accounts {
  /** Creates the indexes: before the first request, or two people could share an email. */
  createIndexes(): Promise<void>;
  insert(account: NewAccount): Promise<Account | 'email-taken'>;
  findByEmail(email: string): Promise<Account | undefined>;
  findById(id: string): Promise<Account | undefined>;
}

/** Opens the accounts on a connection. */
export function openAccounts(connection: Connection, now: () => Date = () => new Date()): Accounts {
  const model = connection.model('Account', accountSchema);
  return {
    async createIndexes() {
      await model.createIndexes();
    },
    async insert(account) {
      try {
        const created = await model.create({ ...account, createdAt: now() });
        return toAccount(created.toObject());
      } catch (error) {
        if (isDuplicateKey(error)) return 'email-taken';
        throw error;
      }
    },
    async findByEmail(email) {
      const found = await model.findOne({ email }).lean();
      return found ? toAccount(found) : undefined;
    },
    async findById(id) {
      const found = await model.findById(id).lean();
      return found ? toAccount(found) : undefined;
    },
  };
}

function toAccount(document: AccountDocument & { readonly _id: Types.ObjectId }): Account {
  const { _id, name, email, role, passwordHash, phone, createdAt } = document;
  return {
    id: _id.toHexString(),
    name,
    email,
    role,
    passwordHash,
    ...(phone !== undefined && { phone }),
    devices: document.devices ?? [],
    preferences: document.preferences ?? defaultPreferences,
    createdAt,
  };
}
