import { MongoClient, type Db } from 'mongodb';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { spawnServer, temporaryFolder } from './spawn-server.test.js';

/** One server for a test file, and a database of its own for each of its tests. */
export function useServer(): { db: () => Db; client: () => MongoClient; port: () => number } {
  const cleanUps: (() => PromiseLike<unknown>)[] = [];
  let client: MongoClient | undefined;
  let port = 0;
  let databases = 0;
  beforeAll(async () => {
    const folder = await temporaryFolder();
    cleanUps.unshift(() => folder[Symbol.asyncDispose]());
    const server = await spawnServer(folder.path);
    port = server.port;
    cleanUps.unshift(() => server.stop('SIGTERM'));
    const connected = await new MongoClient(server.url).connect();
    cleanUps.unshift(() => connected.close());
    client = connected;
  });
  beforeEach(() => {
    databases += 1;
  });
  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });
  const connected = () => {
    if (client === undefined)
      throw new Error('expected a connected client; useServer() connects before the first test');
    return client;
  };
  return { db: () => connected().db(`test${databases}`), client: connected, port: () => port };
}
