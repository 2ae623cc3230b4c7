import type { GeoPoint } from '../../http/index.js';
import { firstNames, lastNames } from './names.js';
import { chooseByShare, neighbourhoods, placeIn } from './neighbourhoods.js';
import { createRandom, seededId } from './random.js';
import type { Random } from './random.js';

/** Somebody who has an account. */
export interface Citizen {
  readonly id: string;
  readonly role: 'customer' | 'restaurant_owner' | 'driver' | 'admin';
  readonly name: string;
  readonly email: string;
  /** E.164, from the range that Ofcom reserves for drama (+44 7700 900000 to 900999): it rings nowhere. */
  readonly phone: string;
}

/** A citizen who orders. */
export interface Customer extends Citizen {
  readonly home: { readonly id: string; readonly text: string; readonly location: GeoPoint };
}

/** A citizen who delivers. */
export interface Courier extends Citizen {
  /** The id of the driver's profile, which is not that of the account. */
  readonly profileId: string;
  readonly vehicle: 'bicycle' | 'scooter' | 'motorbike' | 'car';
  readonly location: GeoPoint;
  readonly onDuty: boolean;
  /** 3.5 to 5. */
  readonly rating: number;
}

/** Names and numbers for the people of one role; `customer-7@city-42.example`, so that one can sign in as any of them. */
export function createCitizens(seed: number, role: Citizen['role'], count: number, label: string = role): Citizen[] {
  const random = createRandom(seed, role);
  return Array.from({ length: count }, (_, index) => ({
    id: seededId(seed, role, index),
    role,
    name: `${random.pick(firstNames)} ${random.pick(lastNames)}`,
    email: `${label}-${index + 1}@city-${seed}.example`,
    phone: `+447700900${String(random.between(0, 999)).padStart(3, '0')}`,
  }));
}

export function createCustomers(seed: number, count: number): Customer[] {
  const random = createRandom(seed, 'homes');
  return createCitizens(seed, 'customer', count).map((citizen, index) => {
    const neighbourhood = chooseByShare(neighbourhoods, random);
    const text = `${random.pick(lastNames)} Street ${random.between(1, 120)}, ${neighbourhood.name}`;
    return { ...citizen, home: { id: seededId(seed, 'home', index), text, location: placeIn(neighbourhood, random) } };
  });
}

const ON_DUTY_SHARE = 0.8;

export function createCouriers(seed: number, count: number): Courier[] {
  const random = createRandom(seed, 'couriers');
  return createCitizens(seed, 'driver', count).map((citizen, index) => ({
    ...citizen,
    profileId: seededId(seed, 'profile', index),
    vehicle: vehicleOf(random),
    location: placeIn(chooseByShare(neighbourhoods, random), random),
    onDuty: random.next() < ON_DUTY_SHARE,
    rating: Math.round(10 * Math.min(5, Math.max(3.5, 4.6 + 0.3 * random.gaussian()))) / 10,
  }));
}

function vehicleOf(random: Random): Courier['vehicle'] {
  return random.pick(['bicycle', 'bicycle', 'bicycle', 'scooter', 'scooter', 'motorbike', 'car'] as const);
}
