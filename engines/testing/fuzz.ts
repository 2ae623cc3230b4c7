import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { mutate } from './mutations.js';
import { seededRandom } from './seeded-random.js';
import type { Random } from './seeded-random.js';

/** What to send where, and what must hold meanwhile. */
export interface FuzzOptions {
  readonly port: number;
  /** The engine's process, a child of this one. */
  readonly pid: number;
  /** A valid frame of the protocol, another one each time. */
  readonly frames: (random: Random) => Buffer;
  /** What most connections send first, unchanged, so that frames get past a handshake. */
  readonly opening?: (random: Random) => Buffer;
  /** A client that behaves: asks something, and rejects when the answer is not right. */
  readonly healthy: () => Promise<void>;
  /** How many frames are sent. */
  readonly count: number;
  readonly seed?: number;
  readonly connections?: number;
  /** How long the client that behaves may have to wait for its answer, ms. */
  readonly healthyWithinMs?: number;
  /** By how much the engine's memory may have grown at the end, against the end of the warm-up. */
  readonly growthBytes?: number;
  /** How long memory beyond that may take to be given back at the end, ms. */
  readonly settleWithinMs?: number;
}

const defaults: Required<Omit<FuzzOptions, 'port' | 'pid' | 'frames' | 'opening' | 'healthy' | 'count'>> = {
  seed: 1,
  connections: 16,
  healthyWithinMs: 5000,
  growthBytes: 64 * 1024 * 1024,
  settleWithinMs: 20_000,
};

export interface FuzzReport {
  readonly frames: number;
  readonly connections: number;
  /** How often the client that behaves was answered, and the longest that it waited. */
  readonly healthChecks: number;
  readonly slowestHealthyMs: number;
  readonly warmRssBytes: number;
  readonly finalRssBytes: number;
}

/** The share of the frames after which the engine's memory counts as warm. */
const WARM_UP = 0.2;
const MOST_FRAMES_ON_A_CONNECTION = 16;
/** How long a connection that was ended may stay before it is torn down: some malformed frames promise more to come. */
const LINGER_MS = 500;
/** How long a process that hangs up may take to be seen as ended. */
const ENDING_MS = 1000;
const REMEMBERED = 32;

/** A run that goes on in several loops until the frames are used up, or something is found. */
interface Run {
  readonly options: FuzzOptions & typeof defaults;
  sent: number;
  connections: number;
  /** What was sent last, for the report of a failure. */
  readonly recent: string[];
  finished: boolean;
  /** Something was found: nobody needs to go on. */
  failed: boolean;
}

/**
 * Sends malformed frames over many connections while a client that behaves keeps asking. Rejects when the process ends, when
 * that client is not answered rightly in time, or when memory grows beyond the bound; the message has the seed and the last frames.
 */
export async function fuzz(given: FuzzOptions): Promise<FuzzReport> {
  const options = { ...defaults, ...given };
  const run: Run = { options, sent: 0, connections: 0, recent: [], finished: false, failed: false };
  const watched = watchHealth(run);
  const senders = Array.from({ length: options.connections }, () => keepSending(run));
  const measured = measureMemory(run, senders);
  const [health, memory] = await Promise.all([watched, measured, ...senders]).catch((cause: unknown) => {
    run.failed = true;
    return Promise.allSettled([watched, measured, ...senders]).then(() => {
      throw failure(run, cause);
    });
  });
  return { frames: run.sent, connections: run.connections, ...health, ...memory };
}

async function watchHealth(run: Run): Promise<{ healthChecks: number; slowestHealthyMs: number }> {
  const { healthy, healthyWithinMs, pid } = run.options;
  let healthChecks = 0;
  let slowestHealthyMs = 0;
  // Once more after the last frame: the end state must be a healthy one.
  for (let last = false; !last && !run.failed;) {
    last = run.finished;
    const started = performance.now();
    const aborted = new AbortController();
    const late = delay(healthyWithinMs, undefined, { signal: aborted.signal }).then(() => {
      throw new Error(`expected an answer to a well-behaved client within ${healthyWithinMs} ms, none came`);
    });
    try {
      await Promise.race([healthy(), late]);
    } catch (cause) {
      throw (await hasEnded(pid)) ? new Error('expected the engine to live on, its process ended', { cause }) : cause;
    } finally {
      aborted.abort();
      late.catch(() => undefined);
    }
    healthChecks += 1;
    slowestHealthyMs = Math.max(slowestHealthyMs, performance.now() - started);
    if (!last) await delay(5);
  }
  return { healthChecks, slowestHealthyMs };
}

async function measureMemory(
  run: Run,
  senders: readonly Promise<void>[],
): Promise<{ warmRssBytes: number; finalRssBytes: number }> {
  const { pid, count, growthBytes, settleWithinMs } = run.options;
  let warmRssBytes = 0;
  const all = Promise.all(senders).then(() => (run.finished = true));
  all.catch(() => undefined);
  while (!run.finished && !run.failed) {
    if (run.sent <= count * WARM_UP) warmRssBytes = Math.max(warmRssBytes, residentBytes(pid));
    await Promise.race([all, delay(50)]);
  }
  const giveUpAt = performance.now() + settleWithinMs;
  let finalRssBytes = residentBytes(pid);
  while (finalRssBytes - warmRssBytes > growthBytes && !run.failed) {
    if (performance.now() > giveUpAt) {
      throw new Error(
        `expected memory to grow by at most ${megabytes(growthBytes)}, it went from ${megabytes(warmRssBytes)} to ${megabytes(finalRssBytes)}`,
      );
    }
    await delay(200);
    finalRssBytes = residentBytes(pid);
  }
  return { warmRssBytes, finalRssBytes };
}

async function keepSending(run: Run): Promise<void> {
  while (run.sent < run.options.count && !run.failed) {
    run.connections += 1;
    // What a connection sends depends on its number alone, not on how connections take turns.
    await sendOnOneConnection(run, seededRandom(run.options.seed * 1_000_003 + run.connections));
  }
}

async function sendOnOneConnection(run: Run, random: Random): Promise<void> {
  const { port, pid, frames, opening, count } = run.options;
  if (!isAlive(pid)) throw new Error('expected the engine to live on, its process ended');
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  // The engine hangs up on what it cannot read: that is as it should be.
  socket.on('error', () => undefined).resume();
  if (opening && random.below(8) > 0) socket.write(opening(random));
  const left = Math.min(1 + random.below(MOST_FRAMES_ON_A_CONNECTION), count - run.sent);
  run.sent += left;
  for (let index = 0; index < left && !socket.destroyed; index += 1) {
    // Valid ones among the others, so that states deeper than the first frame are reached.
    const frame = random.below(4) === 0 ? frames(random) : mutate(random, frames);
    run.recent.push(frame.subarray(0, 256).toString('hex'));
    if (run.recent.length > REMEMBERED) run.recent.shift();
    // A frame may arrive in pieces, cut anywhere.
    const piece = random.below(4) === 0 ? random.below(frame.length) : frame.length;
    socket.write(frame.subarray(0, piece));
    if (piece < frame.length) await new Promise<void>((resolve) => setImmediate(resolve));
    socket.write(frame.subarray(piece));
  }
  if (random.below(8) === 0) socket.destroy();
  else socket.end();
  const linger = setTimeout(() => socket.destroy(), LINGER_MS);
  await closed;
  clearTimeout(linger);
}

function failure({ options, recent, sent }: Run, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const frames = recent.map((frame) => `  ${frame}`).join('\n');
  return new Error(`${reason} (seed ${options.seed}, ${sent} frames in; the last ones, in hex):\n${frames}`, { cause });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function hasEnded(pid: number): Promise<boolean> {
  const giveUpAt = performance.now() + ENDING_MS;
  while (isAlive(pid) && performance.now() < giveUpAt) await delay(20);
  return !isAlive(pid);
}

/** The memory that a process has in RAM, by `ps`, which every Unix has; 0 for one that has ended. */
function residentBytes(pid: number): number {
  return Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()) * 1024;
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
