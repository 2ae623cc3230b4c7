import type { Probe } from './probe.js';
import { counted, measurementOf } from '../measurement/repetitions.js';

const ORDERS = 2_000;
const CANDIDATES = 8;

interface Candidate {
  readonly metres: number;
  readonly rating: number;
  readonly deliveriesToday: number;
  readonly etaSeconds: number;
}

export const driverScores: Probe = {
  id: 'driver-scores',
  question: 'Whom do the guide’s scores choose, among drivers as a city has them?',
  engines: [],
  figures: {
    'changed-by-rating': 'orders for which the sum of metres and rating chooses another than the nearest, in percent',
    'changed-by-rating-scaled': 'the same, with both parts scaled to between 0 and 1',
    'parts-outside': 'candidates who have a part of the score outside of 0 to 1, in percent',
  },
  measure: () => {
    // Always the same city: what is measured is the formula.
    const random = sequence(42);
    const orders = Array.from({ length: ORDERS }, () => Array.from({ length: CANDIDATES }, () => candidate(random)));
    const differs = (score: (one: Candidate) => number): number => {
      const changed = orders.filter((candidates) => best(candidates, score) !== best(candidates, (one) => -one.metres));
      return (100 * changed.length) / ORDERS;
    };
    const outside = orders.flat().filter((one) => partsOf(one).some((part) => part < 0 || part > 1)).length;
    return Promise.resolve(
      measurementOf({
        'changed-by-rating': counted(
          differs(({ metres, rating }) => -(metres * 0.7 + (5 - rating) * 0.3)),
          ORDERS,
          '%',
        ),
        'changed-by-rating-scaled': counted(
          differs(({ metres, rating }) => -((metres / 5_000) * 0.7 + ((5 - rating) / 5) * 0.3)),
          ORDERS,
          '%',
        ),
        'parts-outside': counted((100 * outside) / (ORDERS * CANDIDATES), ORDERS * CANDIDATES, '%'),
      }),
    );
  },
};

/** The parts of the guide's weighted score, which are meant to be between 0 and 1. */
const partsOf = ({ metres, rating, deliveriesToday, etaSeconds }: Candidate): readonly number[] => [
  1 - metres / 5_000,
  rating / 5,
  1 - deliveriesToday / 20,
  1 - etaSeconds / 1_800,
];

/** Within 5 km, rated 3 to 5, with up to 30 deliveries on a long day, in traffic of 8 to 30 km/h. */
const candidate = (random: () => number): Candidate => {
  const metres = 5_000 * Math.sqrt(random());
  const metresASecond = (8 + 22 * random()) / 3.6;
  return {
    metres,
    rating: 3 + 2 * random(),
    deliveriesToday: Math.floor(30 * random()),
    etaSeconds: metres / metresASecond,
  };
};

function best(candidates: readonly Candidate[], score: (one: Candidate) => number): Candidate | undefined {
  return candidates.toSorted((a, b) => score(b) - score(a))[0];
}

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
