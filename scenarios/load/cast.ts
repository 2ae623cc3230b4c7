import { randomBytes, randomInt } from 'node:crypto';
import { z } from 'zod';
import { callApi } from './api-client.js';
import { customerAddress } from './customers.js';

/** Somebody who is signed in. */
export interface Person {
  readonly id: string;
  readonly token: string;
  readonly address: string;
  readonly email: string;
  readonly password: string;
}

/** A driver who is on duty: the account, and the profile that the driver service made of it. */
export interface Driver extends Person {
  readonly profileId: string;
}

/** A place on the map, GeoJSON order. */
export interface Point {
  readonly type: 'Point';
  readonly coordinates: readonly [longitude: number, latitude: number];
}

/** The gateway, and what sets this run apart from others on the same stack. */
export interface Stage {
  readonly baseUrl: string;
  /** In every e-mail address. */
  readonly runId: string;
  /** Everything of this run happens here, far from what earlier runs left behind. */
  readonly place: Point;
  /** An address that nobody else of this run has. */
  nextAddress(): string;
  readonly signal: AbortSignal | undefined;
}

/** Chooses the place and the addresses. By chance and not by the seed: the seed is for the measured load alone. */
export function setStage(baseUrl: string, signal?: AbortSignal): Stage {
  // The upper half of the block; the customers of the measured load are in the lower half.
  let address = 2 ** 16 + randomInt(2 ** 16);
  const degrees = (limit: number): number => randomInt(-limit * 1000, limit * 1000) / 1000;
  return {
    baseUrl,
    signal,
    runId: randomBytes(6).toString('hex'),
    place: { type: 'Point', coordinates: [degrees(170), degrees(60)] },
    nextAddress: () => customerAddress((address += 1)),
  };
}

const registered = z.looseObject({ user: z.looseObject({ id: z.string() }), accessToken: z.string() });

/** Registers somebody new. */
export async function register(
  stage: Stage,
  role: 'customer' | 'restaurant_owner' | 'driver',
  name: string,
): Promise<Person> {
  const address = stage.nextAddress();
  const password = `Lab-${stage.runId}-4711`;
  const email = `${name.toLowerCase().replaceAll(' ', '-')}-${stage.runId}@lab.example`;
  const { user, accessToken } = await callApi(
    stage.baseUrl,
    {
      method: 'POST',
      path: '/api/auth/register',
      from: address,
      expects: 201,
      body: { name, email, password, role },
    },
    registered,
    stage.signal,
  );
  return { id: user.id, token: accessToken, address, email, password };
}
