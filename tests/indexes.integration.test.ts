import { createKnobs } from '@quickbite/shared/knobs';
import type { KnobDefs, Knobs } from '@quickbite/shared/knobs';
import { startEngine } from '@quickbite/shared/testing';
import type { RunningService } from '@quickbite/shared/service';
import { catalogue } from '@quickbite/runtime/definitions';
import type { ServiceDef } from '@quickbite/runtime/definitions';
import mongoose from 'mongoose';
import type { Connection, Model } from 'mongoose';
import { expect, test } from 'vitest';

interface ServiceModules {
  readonly start: (context: { env: NodeJS.ProcessEnv; knobs: Knobs }) => Promise<RunningService>;
}

const services = catalogue.filter((def): def is ServiceDef => def.kind === 'service' && 'MONGO_URL' in def.env);

test.each(services)('$name creates the indexes that it declares, and no others', async (definition) => {
  const [mongo, redis, amqp] = await Promise.all([startEngine('mongo'), startEngine('redis'), startEngine('amqp')]);
  try {
    const source = `../services/${definition.name}`;
    const { start } = (await import(`${source}/start.ts`)) as ServiceModules;
    const knobs = Object.values((await import(`${source}/knobs.ts`)) as Record<string, KnobDefs>)[0] ?? {};
    const before = new Set(mongoose.connections);
    const service = await start({
      env: environmentOf(definition, { mongo: mongo.port, redis: redis.port, rabbitmq: amqp.port }),
      knobs: createKnobs(knobs),
    });
    try {
      const opened = mongoose.connections.filter((connection) => !before.has(connection));
      const models = opened.flatMap((connection: Connection) => Object.values(connection.models) as Model<unknown>[]);
      expect(models.length).toBeGreaterThan(0);
      for (const model of models) expect(await indexesOf(model), model.collection.name).toEqual(declaredBy(model));
    } finally {
      await service.close();
    }
  } finally {
    await Promise.all([mongo, redis, amqp].map((engine) => engine.stop()));
  }
});

/** Keys with what changes their meaning, as text. */
const describe = (key: unknown, options: object): string => {
  const { unique, sparse, expireAfterSeconds, partialFilterExpression, weights } = options as Record<string, unknown>;
  return JSON.stringify({ key, unique, sparse, expireAfterSeconds, partialFilterExpression, weights });
};

function declaredBy(model: Model<unknown>): readonly string[] {
  return model.schema
    .indexes()
    .map(([key, options]) => {
      const isText = Object.values(key).includes('text');
      return describe(isText ? { _fts: 'text', _ftsx: 1 } : key, options);
    })
    .sort();
}

async function indexesOf(model: Model<unknown>): Promise<readonly string[]> {
  // A collection comes with its first document or index: one without indexes may not be there yet.
  const found = await model.collection
    .listIndexes()
    .toArray()
    .catch((error: unknown): mongoose.mongo.IndexDescriptionInfo[] => {
      if (error instanceof mongoose.mongo.MongoServerError && error.codeName === 'NamespaceNotFound') return [];
      throw error;
    });
  return (found as mongoose.mongo.IndexDescriptionInfo[])
    .filter(({ name }) => name !== '_id_')
    .map((index) => describe(index.key, index))
    .sort();
}

/** Its own environment with the engines' ports; what else it calls is away, which no service may mind at its start. */
function environmentOf(definition: ServiceDef, ports: Readonly<Record<string, number>>): NodeJS.ProcessEnv {
  const filled = Object.entries({ ...definition.env, LOG_LEVEL: 'error', PORT: '0' }).map(([name, template]) => [
    name,
    template.replaceAll(/\{([a-z-]+)\.([a-zA-Z]+)\}/g, (_, subject: string, field: string) => {
      if (field === 'noticeMs') return '0';
      if (subject === 'secret') return 'x'.repeat(40);
      if (field === 'host' || field === 'bind') return '127.0.0.1';
      if (field === 'port') return String(ports[subject] ?? 1);
      return 'http://127.0.0.1:1';
    }),
  ]);
  return Object.fromEntries(filled) as NodeJS.ProcessEnv;
}
