import { ObjectId } from 'mongodb';
import type { Person } from '../../load/index.js';
import type { ArmRun } from '../../protocol/index.js';

/** Two places without summer time: when it is half past eleven in the evening in one, it is eleven in the morning in the other. */
const HOME = 'Asia/Kolkata';
const ELSEWHERE = 'America/Phoenix';

const NIGHT = { enabled: true, from: '22:00', to: '08:00' };
const NO_NIGHT = { ...NIGHT, enabled: false };

/** What a customer is told of an order by the alerts of their phone: placed, confirmed, driver found, cooking, ready, on its way, delivered. */
export const ALERTS = 7;
export const URGENT = 'On its way';

/** Who orders: some who want to sleep at night, one with the same wish where it is day, and some who want few messages. */
export interface People {
  readonly sleepers: readonly Person[];
  readonly awake: Person;
  readonly frugal: readonly Person[];
}

/** Makes them new: how somebody wants to be told is looked up once and kept for a minute. */
export async function makePeople(
  run: ArmRun,
  sizes: { sleepers: number; frugal: number; cap: number },
): Promise<People> {
  const make = (count: number, preferences: Readonly<Record<string, unknown>>): Promise<Person[]> =>
    Promise.all(Array.from({ length: count }, () => newCustomer(run, preferences)));
  const [sleepers, [awake], frugal] = await Promise.all([
    make(sizes.sleepers, { quietHours: NIGHT, timeZone: HOME }),
    make(1, { quietHours: NIGHT, timeZone: ELSEWHERE }),
    make(sizes.frugal, { quietHours: NO_NIGHT, timeZone: HOME, dailyCap: sizes.cap }),
  ]);
  if (!awake) throw new RangeError('Expected one customer for whom it is day.');
  return { sleepers, awake, frugal };
}

/** A customer with a phone that takes push messages and no number, so that nothing comes as an SMS. */
async function newCustomer(run: ArmRun, choice: Readonly<Record<string, unknown>>): Promise<Person> {
  const person = await run.newPerson('customer');
  const api = run.api(person);
  const channels = { email: true, sms: false, push: true, inApp: true };
  (await api.put('/api/users/me/preferences', { channels, marketing: false, ...choice })).expect(200);
  (await api.put('/api/users/me/devices', { token: `phone-of-${person.id}`, platform: 'android' })).expect(200);
  return person;
}

/** The titles on somebody's phone. */
export async function alertsOf(run: ArmRun, { id }: Person): Promise<readonly string[]> {
  const { items } = await run.inside.mailbox({ channel: 'push', userId: id });
  return items.map(({ subject }) => subject ?? '');
}

/** ms from now to the next time that a clock at home shows this. */
export function aheadTo(time: string): number {
  const minutes = (text: string): number => {
    const [hour = '', minute = ''] = text.split(':');
    return Number(hour) * 60 + Number(minute);
  };
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: HOME, timeStyle: 'short' });
  const day = 24 * 60;
  return ((minutes(time) - minutes(format.format(Date.now())) + day) % day) * 60_000;
}

/** Waits until each of these has so many notifications on record, and none that could be sent at the service's time is unsent. */
export async function untilQuiet(
  run: ArmRun,
  people: readonly Person[],
  expected: { readonly each: number; readonly aheadMs: number },
): Promise<void> {
  const records = (await run.inside.mongo('notification_service')).collection('notifications');
  const theirs = { userId: { $in: people.map(({ id }) => new ObjectId(id)) } };
  await run.until('everything that may be sent now is sent', async () => {
    const now = new Date(Date.now() + expected.aheadMs);
    if ((await records.countDocuments(theirs)) < expected.each * people.length) return undefined;
    const open = await records.countDocuments({
      ...theirs,
      $or: [{ claim: { $exists: true } }, { nextAt: { $lte: now } }],
    });
    return open === 0 ? true : undefined;
  });
}
