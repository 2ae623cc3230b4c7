import { Schema } from 'mongoose';
import type { Connection } from 'mongoose';
import type { PresentedToken } from '@quickbite/shared/identity';
import type { RefreshToken } from '../domain/refresh-tokens.js';
import type { Session } from '../domain/session.js';

/** How many access tokens a session remembers, so that its document stays small. */
const MAX_ACCESS_TOKENS = 50;

interface SessionDocument extends Omit<Session, 'familyHash'> {
  readonly _id: string;
}

const required = true;

const sessionSchema = new Schema<SessionDocument>(
  {
    _id: { type: String, required },
    userId: { type: String, required, index: true },
    sessionVersion: { type: Number, required },
    tokenHash: { type: String, required },
    accessTokens: [
      new Schema({ id: { type: String, required }, expiresAt: { type: Number, required } }, { _id: false, id: false }),
    ],
    startedAt: { type: Date, required },
    expiresAt: { type: Date, required, expires: 0 },
  },
  { versionKey: false, strict: 'throw', collection: 'sessions' },
);

/** The sessions, in the database of this service. Each change is one write to one document, so that no race can split it. */
export interface Sessions {
  createIndexes(): Promise<void>;
  insert(session: Session): Promise<void>;
  /** Those that have expired, or began before `since`, are not found. */
  find(familyHash: string, at: { readonly now: Date; readonly since: Date }): Promise<Session | undefined>;
  /**
   * Replaces the token, if it is still the good one.
   * @returns whether it was
   */
  rotate(
    spent: Pick<RefreshToken, 'familyHash' | 'tokenHash'>,
    next: { readonly tokenHash: string; readonly accessToken: PresentedToken; readonly expiresAt: Date },
  ): Promise<boolean>;
  /** Each of these answers what was ended, with all that it had issued by then. */
  end(familyHash: string): Promise<Session | undefined>;
  endOwn(userId: string, familyHash: string): Promise<Session | undefined>;
  endByAccessToken(userId: string, accessTokenId: string): Promise<Session | undefined>;
  endAll(userId: string): Promise<void>;
}

/** Opens the sessions on a connection. */
export function openSessions(connection: Connection): Sessions {
  const model = connection.model('Session', sessionSchema);

  async function end(filter: { readonly [field: string]: string }): Promise<Session | undefined> {
    const found = await model.findOneAndDelete(filter).lean<SessionDocument>();
    return found ? toSession(found) : undefined;
  }

  return {
    async createIndexes() {
      await model.createIndexes();
    },
    async insert({ familyHash, ...session }) {
      await model.create({ _id: familyHash, ...session });
    },
    async find(familyHash, { now, since }) {
      // MongoDB removes expired documents once a minute only.
      const found = await model
        .findOne({ _id: familyHash, expiresAt: { $gt: now }, startedAt: { $gt: since } })
        .lean<SessionDocument>();
      return found ? toSession(found) : undefined;
    },
    async rotate({ familyHash, tokenHash }, { accessToken, ...next }) {
      const { modifiedCount } = await model.updateOne(
        { _id: familyHash, tokenHash },
        { $set: next, $push: { accessTokens: { $each: [accessToken], $slice: -MAX_ACCESS_TOKENS } } },
      );
      return modifiedCount === 1;
    },
    end: (familyHash) => end({ _id: familyHash }),
    endOwn: (userId, familyHash) => end({ _id: familyHash, userId }),
    endByAccessToken: (userId, accessTokenId) => end({ userId, 'accessTokens.id': accessTokenId }),
    async endAll(userId) {
      await model.deleteMany({ userId });
    },
  };
}

function toSession({ _id, ...session }: SessionDocument): Session {
  return { familyHash: _id, ...session };
}
