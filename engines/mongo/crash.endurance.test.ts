import { MongoClient, type Collection } from 'mongodb';
import { expect, it } from 'vitest';
import { crashRounds, type CrashSession } from '../testing/crash-rounds.js';
import type { Random } from '../testing/seeded-random.js';
import { spawnServer, temporaryFolder, type SpawnedServer } from './testing/spawn-server.test.js';

const ROUNDS = Number(process.env['QUICKBITE_CRASH_ROUNDS'] ?? 200);
/** Three minutes are enough on two quiet cores; a busy machine may take ten times as long. */
const TIMEOUT_MS = 30 * 60_000;
const SEED = Number(process.env['QUICKBITE_CRASH_SEED'] ?? Date.now() % 1_000_000);

/** Two fields that are always written together, and a text long enough for a write to be torn. */
interface Written {
  readonly _id: number;
  readonly version: number;
  readonly copy: number;
  readonly text: string;
}

/** What may be found of a document: the version that was acknowledged last, or any that was sent since; 0 is none. */
interface Known {
  acknowledged: number;
  readonly sent: Set<number>;
}

/** What the client knows; it outlives the engine. */
class Model {
  readonly documents = new Map<number, Known>();
  nextId = 1;
  nextVersion = 1;

  known(id: number): Known {
    const known = this.documents.get(id) ?? { acknowledged: 0, sent: new Set() };
    this.documents.set(id, known);
    return known;
  }
}

function written(_id: number, version: number): Written {
  return { _id, version, copy: version, text: `${version}-`.repeat(200) };
}

/** The clients of one round. Each document has at most one write under way, so that the order of its versions is known. */
class Session implements CrashSession {
  readonly #client: MongoClient;
  readonly #model: Model;
  readonly #busy = new Set<number>();

  constructor(client: MongoClient, model: Model) {
    this.#client = client;
    this.#model = model;
  }

  async write(random: Random): Promise<void> {
    const old = this.#pick(random);
    const kind = old === undefined ? 'insert' : random.pick(['insert', 'batch', 'update', 'delete', 'bulk', 'replace']);
    const ids = kind === 'insert' || old === undefined ? [this.#model.nextId++] : [old];
    if (kind === 'batch' || kind === 'bulk') ids.push(this.#model.nextId++, this.#model.nextId++);
    const version = kind === 'delete' ? 0 : this.#model.nextVersion++;
    for (const id of ids) {
      this.#busy.add(id);
      this.#model.known(id).sent.add(version);
    }
    await this.#send(kind, ids, version, random.chance(0.3));
    for (const id of ids) {
      const known = this.#model.known(id);
      known.acknowledged = version;
      known.sent.clear();
      this.#busy.delete(id);
    }
  }

  async #send(kind: string, ids: readonly number[], version: number, journal: boolean): Promise<void> {
    const [c, options] = [this.#collection(), { writeConcern: { w: 1, journal } }];
    const [first = 0] = ids;
    const { _id, ...fields } = written(first, version);
    switch (kind) {
      case 'insert':
        await c.insertOne({ _id, ...fields }, options);
        break;
      case 'update':
        await c.updateOne({ _id }, { $set: fields }, options);
        break;
      case 'replace':
        await c.findOneAndReplace({ _id }, fields, options);
        break;
      case 'delete':
        await c.deleteOne({ _id }, options);
        break;
      default: {
        const replacements = ids.map((id) => ({
          replaceOne: { filter: { _id: id }, replacement: written(id, version), upsert: true },
        }));
        await c.bulkWrite(replacements, { ...options, ordered: kind === 'batch' });
      }
    }
  }

  /** Nothing acknowledged is lost, nothing was made up, no document is half of one version, and the index tells the same. */
  async verify(): Promise<void> {
    const c = this.#collection();
    const found = new Map((await c.find().toArray()).map((document) => [document._id, document]));
    for (const [id, { acknowledged, sent }] of this.#model.documents) {
      const version = found.get(id)?.version ?? 0;
      if (version !== acknowledged && !sent.has(version)) {
        const allowed = [acknowledged, ...sent].join(' or ');
        throw new Error(`expected version ${allowed} of document ${id} (0: none), found ${version}`);
      }
      Object.assign(this.#model.known(id), { acknowledged: version });
      sent.clear();
    }
    for (const document of found.values()) {
      if (!this.#model.documents.has(document._id)) throw new Error(`expected no document ${document._id}, found one`);
      expect(document).toEqual(written(document._id, document.version));
    }
    const byIndex = await c
      .find({ version: { $gt: 0 } })
      .hint('version_1')
      .project({ _id: 1 })
      .toArray();
    expect(byIndex).toHaveLength(found.size);
    for (const [id, { acknowledged }] of this.#model.documents)
      if (acknowledged === 0) this.#model.documents.delete(id);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #pick(random: Random): number | undefined {
    const existing = [...this.#model.documents].filter(([, { acknowledged }]) => acknowledged > 0);
    const idle = existing.map(([id]) => id).filter((id) => !this.#busy.has(id));
    // Few documents, written often: a journal of many versions is what recovery is about.
    return idle.length < 40 && random.chance(0.5) ? undefined : idle[random.below(idle.length)];
  }

  #collection(): Collection<Written> {
    return this.#client.db('crash').collection<Written>('c');
  }
}

async function connect(server: SpawnedServer, model: Model): Promise<CrashSession> {
  const client = new MongoClient(server.url, { retryWrites: false, serverSelectionTimeoutMS: 10_000, maxPoolSize: 8 });
  await client.connect();
  await client.db('crash').collection('c').createIndex({ version: 1 }, {}, {});
  return new Session(client, model);
}

it(
  `loses nothing that it acknowledged, and halves nothing, killed ${ROUNDS} times`,
  async () => {
    await using folder = await temporaryFolder();
    const model = new Model();
    console.log(`mongo crash rounds, seed ${SEED}`);
    const tally = await crashRounds({
      rounds: ROUNDS,
      seed: SEED,
      start: () => spawnServer(folder.path),
      connect: (server) => connect(server, model),
      acknowledged: 40,
      inFlight: 8,
    });
    console.log(`mongo crash rounds, seed ${SEED}: ${JSON.stringify(tally)}`);
    expect(tally.acknowledged).toBeGreaterThan(ROUNDS);
    expect(tally.cutOff).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);
