import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import type { Collection, Db, Document, MongoClientOptions } from 'mongodb';
import { connect } from 'amqplib';
import type { ChannelModel } from 'amqplib';
import type { ProbeLab } from './probe.js';

/** So long a client looks for an engine that an interruption has taken away; a busy machine answers within it. */
export const GONE_MS = 5_000;

/** Works with a Redis that is empty before and after. */
export async function withRedis<T>(lab: ProbeLab, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(lab.engine('redis').url, { maxRetriesPerRequest: 1 });
  // What it means that the engine is gone is said by the command that fails.
  redis.on('error', () => undefined);
  try {
    await redis.flushall();
    return await work(redis);
  } finally {
    await redis.flushall().catch(() => undefined);
    redis.disconnect();
  }
}

/** Works with a database of MongoDB that is empty before and dropped afterwards. */
export async function withMongo<T>(
  lab: ProbeLab,
  work: (db: Db, client: MongoClient) => Promise<T>,
  options: MongoClientOptions = {},
): Promise<T> {
  const client = new MongoClient(lab.engine('mongo').url, { serverSelectionTimeoutMS: GONE_MS, ...options });
  const db = client.db('quickbite_probe');
  try {
    await db.dropDatabase();
    return await work(db, client);
  } finally {
    await db.dropDatabase().catch(() => undefined);
    await client.close();
  }
}

/** Works with a collection of documents that is not there before and afterwards. */
export const withDocuments = <T>(
  lab: ProbeLab,
  documents: readonly Document[],
  work: (collection: Collection, db: Db) => Promise<T>,
): Promise<T> =>
  withMongo(lab, async (db) => {
    const collection = db.collection('things');
    for (let from = 0; from < documents.length; from += BATCH)
      await collection.insertMany(documents.slice(from, from + BATCH));
    return work(collection, db);
  });

const BATCH = 5_000;

/** Works with a connection to RabbitMQ. */
export async function withRabbit<T>(lab: ProbeLab, work: (connection: ChannelModel) => Promise<T>): Promise<T> {
  const connection = await connect(lab.engine('rabbitmq').url);
  // A broker that is restarted on purpose ends the connection; who works with it says what that means.
  connection.on('error', () => undefined);
  try {
    return await work(connection);
  } finally {
    await connection.close().catch(() => undefined);
  }
}
