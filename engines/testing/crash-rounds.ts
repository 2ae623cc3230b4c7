import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from './seeded-random.js';
import type { Random } from './seeded-random.js';

/** An engine in a process of its own. */
export interface CrashableEngine {
  /** Ends the process and resolves when it is gone. */
  stop(signal: 'SIGKILL'): Promise<unknown>;
}

/** The clients of one round, and what they know of the engine's data: the model outlives the round. */
export interface CrashSession {
  /**
   * Sends one random write before it returns, so that writes of one turn are in flight together. Resolves when the engine
   * acknowledged it, rejects when the connection broke before; the model has to know which.
   */
  write(random: Random): Promise<void>;
  /** Throws when the engine lacks something acknowledged, or has something that nobody wrote; adopts what was in flight. */
  verify(): Promise<void>;
  /** Lets go of the clients, whether or not the engine still runs. */
  close(): Promise<void>;
}

interface CrashRounds<Engine extends CrashableEngine> {
  readonly rounds: number;
  /** Repeats the choices of a run: the writes and the moments of the kills, but not how far the engine got with them. */
  readonly seed: number;
  /** Starts the engine, always on the same data folder; resolves when it serves. */
  start(): Promise<Engine>;
  connect(engine: Engine): Promise<CrashSession>;
  /** Acknowledged writes of a round before the kill, at most. */
  readonly acknowledged: number;
  /** Writes that are under way together, at most; as many again are sent just before the kill. */
  readonly inFlight: number;
}

/** What the rounds were about: a run in which nothing was in flight proves little. */
interface CrashTally {
  readonly acknowledged: number;
  /** Writes that the kill cut off. */
  readonly cutOff: number;
}

/** Milliseconds for the clients to notice that the engine is gone. */
const NOTICE_TIMEOUT = 20_000;
/** Turns of the event loop between the last write and the kill, at most: the engine gets that far into the burst. */
const MOST_TURNS = 6;

/**
 * Writes, kills the engine with SIGKILL at a random moment, starts it on the same data and verifies, round after round. The
 * moment is a count of acknowledged writes with a burst in flight on top, not a time, so a busy machine tests as much as
 * a quiet one. Throws with the seed and the round when a verification fails.
 */
export async function crashRounds<Engine extends CrashableEngine>(options: CrashRounds<Engine>): Promise<CrashTally> {
  const tally = { acknowledged: 0, cutOff: 0 };
  for (let round = 1; round <= options.rounds + 1; round += 1) {
    const random = seededRandom(options.seed * 1_000_003 + round);
    let engine: Engine | undefined;
    let session: CrashSession | undefined;
    try {
      engine = await options.start();
      session = await options.connect(engine);
      if (round > 1) await session.verify();
      if (round > options.rounds) break;
      const writes = await writeUntilKill(session, random, options);
      await engine.stop('SIGKILL');
      const outcomes = await noticed(Promise.allSettled(writes));
      tally.acknowledged += outcomes.filter(({ status }) => status === 'fulfilled').length;
      tally.cutOff += outcomes.filter(({ status }) => status === 'rejected').length;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(
        `Crash round ${round} of ${options.rounds} with seed ${options.seed} (after ${round - 1} kills): ${reason}`,
        { cause },
      );
    } finally {
      await engine?.stop('SIGKILL');
      await session?.close();
    }
  }
  return tally;
}

/** Keeps writes in flight until enough are acknowledged, then sends a burst; returns all, settled or not. */
async function writeUntilKill(
  session: CrashSession,
  random: Random,
  { acknowledged, inFlight }: { acknowledged: number; inFlight: number },
): Promise<Promise<void>[]> {
  const target = random.between(1, acknowledged);
  const width = random.between(1, inFlight);
  const writes: Promise<void>[] = [];
  let done = 0;
  const lane = async () => {
    while (done < target) {
      const write = session.write(random);
      writes.push(write);
      await write;
      done += 1;
    }
  };
  await Promise.race(Array.from({ length: width }, lane));
  const burst = random.between(0, inFlight);
  for (let sent = 0; sent < burst; sent += 1) {
    const write = session.write(random);
    // Observed when all are settled: until then a rejection is no surprise.
    write.catch(() => undefined);
    writes.push(write);
  }
  for (let turns = random.between(0, MOST_TURNS); turns > 0; turns -= 1) await nextTurn();
  return writes;
}

async function noticed<T>(settled: Promise<T>): Promise<T> {
  const bound = new AbortController();
  const late = delay(NOTICE_TIMEOUT, undefined, { signal: bound.signal }).then(() => {
    throw new Error(`expected every write to settle within ${NOTICE_TIMEOUT} ms of the kill, some did not`);
  });
  try {
    return await Promise.race([settled, late]);
  } finally {
    bound.abort();
    late.catch(() => undefined);
  }
}
