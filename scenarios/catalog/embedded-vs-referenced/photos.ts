import { Binary, MongoServerError } from 'mongodb';
import type { ArmRun } from '../../protocol/index.js';

export const photoKinds = ['embedded', 'referenced'] as const;
export type PhotoKind = (typeof photoKinds)[number];

const PHOTO_BYTES = 2 * 1024 * 1024;
/** What MongoDB says of an update that would make a document larger than 16 MB. */
const TOO_LARGE = 17_419;
/** Of the lab alone, and gone afterwards: no service has photos. */
const DATABASE = 'lab_photos';

interface Album {
  readonly _id: string;
  readonly photos: readonly Binary[];
}

/** Adds photos to one restaurant, into its document or each into one of its own. @returns how many were refused */
export async function collectPhotos(run: ArmRun, kind: PhotoKind, count: number): Promise<number> {
  const database = await run.inside.mongo(DATABASE);
  const albums = database.collection<Album>('albums');
  const photo = new Binary(Buffer.alloc(PHOTO_BYTES));
  let refused = 0;
  try {
    await albums.insertOne({ _id: 'restaurant', photos: [] });
    for (let n = 0; n < count; n += 1) {
      if (kind === 'referenced') await database.collection('photos').insertOne({ album: 'restaurant', photo });
      else if (!(await isTaken(albums.updateOne({ _id: 'restaurant' }, { $push: { photos: photo } })))) refused += 1;
    }
  } finally {
    await database.dropDatabase();
  }
  return refused;
}

/** @returns false when the document would have become too large */
async function isTaken(update: Promise<unknown>): Promise<boolean> {
  try {
    await update;
    return true;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === TOO_LARGE) return false;
    throw error;
  }
}
