import type { EngineDef } from './definition.js';

/** The document database of every service that owns data. */
export const mongo: EngineDef = {
  kind: 'engine',
  name: 'mongo',
  summary: 'MongoDB: a database for each service that owns data',
  port: 27017,
  dependsOn: [],
  readiness: { type: 'mongo-hello' },
  env: {},
  embedded: {
    entry: 'engines/dist/mongo/main.js',
    args: ['--host', '{self.bind}', '--port', '{self.port}', '--data', '{self.dataDir}'],
  },
  native: [
    {
      binary: 'mongod',
      args: ['--dbpath', '{self.dataDir}', '--port', '{self.port}', '--bind_ip', '127.0.0.1'],
      env: {},
    },
  ],
  image: { name: 'mongo:7.0', setting: 'QUICKBITE_IMAGE_MONGO', dataDir: '/data/db' },
};
