import {
  MongoClient,
  type Collection,
  type CreateIndexesOptions,
  type Db,
  type Document,
  type IndexSpecification,
} from 'mongodb';
import { afterAll, beforeAll, beforeEach, it } from 'vitest';

/** A server that the behaviours are asked of, embedded or installed. */
export interface MongoUnderTest extends AsyncDisposable {
  readonly port: number;
}

/** What each module of behaviours works with: a database of its own for each test. */
export interface Fixture {
  readonly db: () => Db;
  readonly client: () => MongoClient;
  readonly port: () => number;
  /** The collection `c`, with types out of the way: what matters is what goes over the wire. */
  readonly c: () => Collection<Loose>;
  /** Makes an index of that collection and gives its name. */
  readonly index: (key: IndexSpecification, options?: CreateIndexesOptions) => Promise<string>;
}

export interface Loose extends Document {
  _id: number | string;
}

/** One server for a suite, and a database of its own for each of its tests. */
export function useServer(start: () => Promise<MongoUnderTest>): Fixture {
  let server: MongoUnderTest | undefined;
  let client: MongoClient | undefined;
  let databases = 0;
  beforeAll(async () => {
    server = await start();
    client = await new MongoClient(`mongodb://127.0.0.1:${server.port}/`).connect();
  });
  beforeEach(() => {
    databases += 1;
  });
  afterAll(async () => {
    await client?.close();
    await server?.[Symbol.asyncDispose]();
  });
  const connected = () => {
    if (client === undefined)
      throw new Error('expected a connected client; useServer() connects before the first test');
    return client;
  };
  const db = () => connected().db(`test${databases}`);
  const c = () => db().collection<Loose>('c');
  const index: Fixture['index'] = (key, options = {}) => c().createIndex(key, options, {});
  return { db, client: connected, port: () => server?.port ?? 0, c, index };
}

/** A behaviour, named with the page of https://www.mongodb.com/docs/v7.0/ that it follows. */
export function manual(page: string, behaviour: string, test: () => Promise<void>): void {
  it(`${behaviour} (${page})`, test);
}
