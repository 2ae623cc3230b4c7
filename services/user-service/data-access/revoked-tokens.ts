import { Schema } from 'mongoose';
import type { Connection } from 'mongoose';
import type { PresentedToken } from '@quickbite/shared/identity';

interface RevokedTokenDocument {
  /** The `jti`. */
  readonly _id: string;
  readonly expiresAt: Date;
}

const revokedTokenSchema = new Schema<RevokedTokenDocument>(
  { _id: { type: String, required: true }, expiresAt: { type: Date, required: true, expires: 0 } },
  { versionKey: false, strict: 'throw', collection: 'revoked_tokens' },
);

/** The access tokens that were revoked and have not expired yet, in the database of this service. */
export interface RevokedTokens {
  createIndexes(): Promise<void>;
  /** Revoking one again changes nothing. */
  insert(tokens: readonly PresentedToken[]): Promise<void>;
  unexpired(now: Date): Promise<readonly PresentedToken[]>;
}

/** Opens the revoked tokens on a connection. */
export function openRevokedTokens(connection: Connection): RevokedTokens {
  const model = connection.model('RevokedToken', revokedTokenSchema);
  return {
    async createIndexes() {
      await model.createIndexes();
    },
    async insert(tokens) {
      await model.bulkWrite(
        tokens.map(({ id, expiresAt }) => ({
          updateOne: {
            filter: { _id: id },
            update: { $set: { expiresAt: new Date(expiresAt * 1000) } },
            upsert: true,
          },
        })),
      );
    },
    async unexpired(now) {
      const found = await model.find({ expiresAt: { $gt: now } }).lean();
      return found.map(({ _id, expiresAt }) => ({ id: _id, expiresAt: Math.floor(expiresAt.getTime() / 1000) }));
    },
  };
}
