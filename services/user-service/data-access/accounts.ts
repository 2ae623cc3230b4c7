import { Schema } from 'mongoose';
import type { Connection, InferSchemaType, Types } from 'mongoose';
import { isDuplicateKey } from '@quickbite/shared/database';
import { roles } from '@quickbite/shared/identity';
import type { Account } from '../domain/account.js';

const accountSchema = new Schema(
  {
    name: { type: String, required: true },
    email: { type: String, required: true, unique: true },
    role: { type: String, enum: roles, required: true },
    passwordHash: { type: String, required: true },
    createdAt: { type: Date, required: true },
    version: { type: Number, required: true, default: 0 },
  },
  { versionKey: false, strict: 'throw', collection: 'accounts' },
);

type AccountDocument = InferSchemaType<typeof accountSchema> & { readonly _id: Types.ObjectId };

/** The accounts, in the database of this service. */
export interface Accounts {
  /** Creates the indexes: before the first request, or two people could share an email. */
  createIndexes(): Promise<void>;
  insert(account: Omit<Account, 'id' | 'createdAt'>): Promise<Account | 'email-taken'>;
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
        return toAccount(created);
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

function toAccount({ _id, name, email, role, passwordHash, createdAt }: AccountDocument): Account {
  return { id: _id.toHexString(), name, email, role, passwordHash, createdAt };
}
