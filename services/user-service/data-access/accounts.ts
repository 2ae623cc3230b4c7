import { Types } from 'mongoose';
import type { Connection, UpdateQuery } from 'mongoose';
import { isDuplicateKey } from '@quickbite/shared/database';
import { MAX_ADDRESSES, MAX_DEVICES } from '../domain/account.js';
import type { Account, Address, Device, NewAccount, ProfileChange } from '../domain/account.js';
import type { Preferences } from '../domain/preferences.js';
import type { SessionVersion } from '../domain/session.js';
import { accountSchema, toAccount } from './account-document.js';
import type { AccountDocument } from './account-document.js';

/**
 * The accounts, in the database of this service. A change says what becomes of single fields, in one write, so that none is
 * lost when two happen at once; each raises the version.
 */
export interface Accounts {
  /** Creates the indexes: before the first request, or two people could share an email. */
  createIndexes(): Promise<void>;
  insert(account: NewAccount): Promise<Account | 'email-taken'>;
  findByEmail(email: string): Promise<Account | undefined>;
  findById(id: string): Promise<Account | undefined>;
  changeProfile(id: string, change: ProfileChange): Promise<Account | undefined>;
  setPreferences(id: string, preferences: Preferences): Promise<Account | undefined>;
  /** Answers undefined when there is no room for it, or no account. */
  addAddress(id: string, address: Omit<Address, 'id'>): Promise<Address | undefined>;
  removeAddress(id: string, addressId: string): Promise<boolean>;
  /** Answers false when it is there already, or there is no account. */
  addDevice(id: string, device: Device): Promise<boolean>;
  removeDevice(id: string, deviceId: string): Promise<boolean>;
  removeDeviceEverywhere(deviceId: string): Promise<void>;
  /** Answers the new session version. */
  raiseSessionVersion(id: string, at: Date): Promise<number | undefined>;
  sessionVersionsRaisedSince(at: Date): Promise<readonly SessionVersion[]>;
}

/** Opens the accounts on a connection. */
export function openAccounts(connection: Connection, now: () => Date = () => new Date()): Accounts {
  const model = connection.model('Account', accountSchema);

  async function change(id: string, update: UpdateQuery<AccountDocument>): Promise<Account | undefined> {
    const options = { returnDocument: 'after' } as const;
    const found = await model
      .findByIdAndUpdate(id, { ...update, $inc: { version: 1, ...update.$inc } }, options)
      .lean();
    return found ? toAccount(found) : undefined;
  }

  async function changeIf(
    filter: { readonly _id: string; readonly [field: string]: unknown },
    update: UpdateQuery<AccountDocument>,
  ): Promise<boolean> {
    const { modifiedCount } = await model.updateOne(filter, { ...update, $inc: { version: 1 } });
    return modifiedCount === 1;
  }

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
    changeProfile: (id, { name, phone }) =>
      change(id, {
        $set: { ...(name !== undefined && { name }), ...(typeof phone === 'string' && { phone }) },
        ...(phone === null && { $unset: { phone: 1 } }),
      }),
    setPreferences: (id, preferences) => change(id, { $set: { preferences } }),
    async addAddress(id, address) {
      const _id = new Types.ObjectId();
      const hasRoom = { [`addresses.${MAX_ADDRESSES - 1}`]: { $exists: false } };
      const added = await changeIf({ _id: id, ...hasRoom }, { $push: { addresses: { _id, ...address } } });
      return added ? { id: _id.toHexString(), ...address } : undefined;
    },
    removeAddress: (id, addressId) =>
      changeIf({ _id: id, 'addresses._id': addressId }, { $pull: { addresses: { _id: addressId } } }),
    addDevice: (id, device) =>
      changeIf(
        { _id: id, 'devices.id': { $ne: device.id } },
        { $push: { devices: { $each: [device], $position: 0, $slice: MAX_DEVICES } } },
      ),
    removeDevice: (id, deviceId) =>
      changeIf({ _id: id, 'devices.id': deviceId }, { $pull: { devices: { id: deviceId } } }),
    async removeDeviceEverywhere(deviceId) {
      const change = { $pull: { devices: { id: deviceId } }, $inc: { version: 1 } };
      await model.updateMany({ 'devices.id': deviceId }, change);
    },
    async raiseSessionVersion(id, at) {
      const raised = await change(id, { $set: { sessionVersionRaisedAt: at }, $inc: { sessionVersion: 1 } });
      return raised?.sessionVersion;
    },
    async sessionVersionsRaisedSince(at) {
      const found = await model.find({ sessionVersionRaisedAt: { $gt: at } }, { sessionVersion: 1 }).lean();
      return found.map(({ _id, sessionVersion }) => ({ userId: _id.toHexString(), version: sessionVersion ?? 0 }));
    },
  };
}
