import { z } from 'zod';
import type { Driver } from '../../load/index.js';
import type { ArmRun } from '../../protocol/index.js';

/** About ten metres, in degrees: by it the positions of a trip can be told apart. */
const STEP_DEGREES = 0.0001;
/** From the database to whoever listens. */
const PUBLISHED_MS = 200;

const driver = z.looseObject({ location: z.looseObject({ coordinates: z.tuple([z.number(), z.number()]) }) });

/** A driver on the way, who says where. */
export interface Trip {
  /** The number of the last position; the first is 1. */
  readonly sent: number;
  /** Sends so many positions more, and returns a pause after the last. */
  drive(positions: number): Promise<void>;
  /** Returns when the last position has been written and published. */
  arrived(): Promise<void>;
  /** Which position it is; undefined for one that is not of this trip. */
  readonly numberOf: (longitude: number) => number | undefined;
  /** How long ago a position was sent, ms. */
  ageOf(n: number): number | undefined;
}

/** Begins a trip: a position every `everyMs`, each a step to the east. */
export function startTrip(run: ArmRun, who: Driver, everyMs: number): Trip {
  const [from, latitude] = run.cast.place.coordinates;
  const sentAt = new Map<number, number>();
  const numberOf = (longitude: number): number | undefined => {
    const n = Math.round((longitude - from) / STEP_DEGREES);
    return sentAt.has(n) ? n : undefined;
  };
  return {
    get sent() {
      return sentAt.size;
    },
    async drive(positions) {
      for (let left = positions; left > 0; left -= 1) {
        const n = sentAt.size + 1;
        sentAt.set(n, Date.now());
        const location = { type: 'Point', coordinates: [from + n * STEP_DEGREES, latitude] };
        (await run.api(who).put('/api/drivers/me/location', { location })).expect(200);
        await run.wait(everyMs);
      }
    },
    async arrived() {
      const last = sentAt.size;
      await run.until('the last position is written', async () => {
        const found = (await run.api(who).get(`/api/drivers/${who.profileId}`)).expect(200).read(driver);
        return numberOf(found.location.coordinates[0]) === last ? true : undefined;
      });
      await run.wait(PUBLISHED_MS);
    },
    numberOf,
    ageOf(n) {
      const at = sentAt.get(n);
      return at === undefined ? undefined : Date.now() - at;
    },
  };
}
