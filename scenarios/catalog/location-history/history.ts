import { BSON, ObjectId } from 'mongodb';
import type { Collection, Db } from 'mongodb';
import { z } from 'zod';
import type { Driver } from '../../load/index.js';
import type { ArmRun } from '../../protocol/index.js';
import { profileCommands } from '../../steps/index.js';

interface StoredDriver {
  readonly userId: ObjectId;
  readonly locationHistory: readonly Readonly<Record<string, unknown>>[];
}

/** A command, as the database wrote it down. */
const profiled = z.looseObject({ responseLength: z.number() });

const database = (run: ArmRun): Promise<Db> => run.inside.mongo('driver_service');
const driversOf = async (run: ArmRun): Promise<Collection<StoredDriver>> =>
  (await database(run)).collection<StoredDriver>('drivers');
const userIdOf = ({ id }: Driver): ObjectId => new ObjectId(id);

async function stored(run: ArmRun, driver: Driver): Promise<StoredDriver> {
  const found = await (await driversOf(run)).findOne({ userId: userIdOf(driver) });
  if (!found) throw new Error(`expected the driver of account ${driver.id}, found none`);
  return found;
}

/** Bytes of the driver's document. */
export const documentBytes = async (run: ArmRun, driver: Driver): Promise<number> =>
  BSON.calculateObjectSize(await stored(run, driver));

/** How many past positions are kept in the document, and how many beside it. */
export async function kept(run: ArmRun, driver: Driver): Promise<{ readonly inside: number; readonly beside: number }> {
  const beside = (await database(run)).collection('location_history');
  return {
    inside: (await stored(run, driver)).locationHistory.length,
    beside: await beside.countDocuments({ userId: userIdOf(driver) }),
  };
}

/** After how many seconds the collection forgets a position. */
export async function forgottenAfter(run: ArmRun): Promise<number | undefined> {
  const indexes = await (await database(run)).collection('location_history').indexes();
  return indexes.find(({ expireAfterSeconds }) => expireAfterSeconds !== undefined)?.expireAfterSeconds;
}

/** Takes away what the shifts left. */
export async function forgetShifts(run: ArmRun, drivers: readonly Driver[]): Promise<void> {
  const all = { userId: { $in: drivers.map(userIdOf) } };
  await (await driversOf(run)).updateMany(all, { $set: { locationHistory: [] } });
  await (await database(run)).collection('location_history').deleteMany(all);
}

/** Lets the database write down what it does while `body` runs. @returns bytes that it sent for each look at a driver */
export async function bytesSent(run: ArmRun, body: () => Promise<void>): Promise<readonly number[]> {
  // By account; the relay looks for what waits in the outbox meanwhile.
  const looks = { ns: 'driver_service.drivers', op: 'query', 'command.filter.userId': { $exists: true } };
  const noted = await profileCommands(await database(run), looks, body);
  return noted.map((one) => profiled.parse(one).responseLength);
}

/** Bytes of the documents that a search for the nearest fetched: those of whom it found, whole, whatever it shows of them. */
export async function bytesBehind(run: ArmRun, found: readonly string[]): Promise<number> {
  const ids = found.map((id) => new ObjectId(id));
  const documents = await (
    await database(run)
  )
    .collection('drivers')
    .find({ _id: { $in: ids } })
    .toArray();
  return documents.reduce((sum, document) => sum + BSON.calculateObjectSize(document), 0);
}
