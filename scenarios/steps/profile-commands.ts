import type { Db, Document, Filter } from 'mongodb';

/**
 * Lets a database write down every command while the body runs (MongoDB's profiler at level 2), and no longer, however it ends.
 * @param which of the commands to return: a filter over `system.profile`
 */
export async function profileCommands(
  database: Db,
  which: Filter<Document>,
  body: () => Promise<void>,
): Promise<readonly Document[]> {
  const since = new Date();
  await database.command({ profile: 2 });
  try {
    await body();
  } finally {
    await database.command({ profile: 0 });
  }
  return database
    .collection('system.profile')
    .find({ ...which, ts: { $gte: since } })
    .toArray();
}
