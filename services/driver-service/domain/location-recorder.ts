import type { GeoPoint } from '@quickbite/shared/http';
import type { Logger } from '@quickbite/shared/logging';
import type { Driver } from './driver.js';
import type { DriverRepository, SentPosition } from './driver-repository.js';
import type { PositionCounts } from './position-counts.js';
import { noProfile } from './read-driver.js';

/** What can be tuned. Asked for at each use. */
export interface LocationSettings {
  readonly coalesce: boolean;
  readonly flushMs: number;
  readonly historyIntervalMs: number;
}

/** A position that was taken over. */
export interface RecordedPosition {
  /** The driver's. */
  readonly id: string;
  readonly location: GeoPoint;
  readonly locatedAt: string;
}

/** Takes positions far more often than they can be written one by one. */
export interface LocationRecorder {
  /** @throws AppError `not-found` when the account has no driver profile */
  record(userId: string, location: GeoPoint): Promise<RecordedPosition>;
  /** Writes what waits. */
  close(): Promise<void>;
}

/** Drivers that are remembered, so that a position needs no look-up; the one that was quiet longest is forgotten first. */
const REMEMBERED_DRIVERS = 50_000;

interface Known {
  readonly id: string;
  /** When a position last went into the history, ms; the database has the last word. */
  sampledAt: number;
}

/**
 * Creates a recorder that keeps the newest position of each driver in memory and writes them in bulk. A crash loses at most
 * what came in one `flushMs`, and the next position of each driver repairs that.
 * @param options.onSaved gets the drivers whose positions were written, as they are then
 */
export function createLocationRecorder(options: {
  readonly drivers: Pick<DriverRepository, 'findByUser' | 'savePositions'>;
  readonly settings: () => LocationSettings;
  readonly onSaved: (drivers: readonly Driver[]) => void;
  readonly counts: PositionCounts;
  readonly logger: Logger;
  readonly now: () => Date;
}): LocationRecorder {
  const { drivers, settings, onSaved, counts, logger, now } = options;
  const known = new Map<string, Known>();
  const waiting = new Map<string, SentPosition>();
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  let failing = false;
  let closed = false;

  async function knownDriver(userId: string): Promise<Known> {
    const found = known.get(userId) ?? { id: await findId(userId), sampledAt: 0 };
    known.delete(userId);
    known.set(userId, found);
    const [quietest] = known.keys();
    if (known.size > REMEMBERED_DRIVERS && quietest !== undefined) known.delete(quietest);
    return found;
  }

  async function findId(userId: string): Promise<string> {
    const driver = await drivers.findByUser(userId);
    if (!driver) throw noProfile();
    return driver.id;
  }

  function wait(position: SentPosition): void {
    const other = waiting.get(position.userId);
    if (!other || other.at <= position.at) waiting.set(position.userId, position);
    if (!closed) timer ??= setTimeout(flush, settings().flushMs);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(writeWaiting);
  }

  async function writeWaiting(): Promise<void> {
    const batch = [...waiting.values()];
    waiting.clear();
    if (batch.length === 0) return;
    try {
      const { historyIntervalMs } = settings();
      const positions = batch.map((position) => ({ ...position, sample: isDue(position, historyIntervalMs) }));
      onSaved(await save(positions, historyIntervalMs));
      for (const { userId, at, sample } of positions) if (sample) remember(userId, at);
      failing = false;
    } catch (error) {
      if (!failing) logger.warn('positions could not be written; the newest of each driver waits', { error });
      failing = true;
      for (const position of batch) wait(waiting.get(position.userId) ?? position);
    }
  }

  async function save(
    positions: readonly (SentPosition & { readonly sample: boolean })[],
    historyIntervalMs: number,
  ): Promise<readonly Driver[]> {
    const saved = await drivers.savePositions(positions, historyIntervalMs);
    counts.written += positions.length;
    counts.history += positions.filter(({ sample }) => sample).length;
    return saved;
  }

  const isDue = ({ userId, at }: SentPosition, intervalMs: number): boolean =>
    at.getTime() - (known.get(userId)?.sampledAt ?? 0) >= intervalMs;

  function remember(userId: string, sampled: Date): void {
    const driver = known.get(userId);
    if (driver) driver.sampledAt = sampled.getTime();
  }

  return {
    async record(userId, location) {
      const at = now();
      const { id } = await knownDriver(userId);
      const position = { userId, location, at };
      counts.received += 1;
      if (settings().coalesce) wait(position);
      else onSaved(await save([{ ...position, sample: true }], 0));
      return { id, location, locatedAt: at.toISOString() };
    },
    async close() {
      closed = true;
      flush();
      await writing;
    },
  };
}
