import { randomBytes } from 'node:crypto';
import type { StartedStack } from '@quickbite/runtime/stack';
import { z } from 'zod';
import { callApi } from '../load/api-client.js';
import { createApi } from '../load/api.js';
import type { Api, Person, Sample } from '../load/index.js';
import { register } from '../load/cast.js';
import type { Stage } from '../load/cast.js';
import { createClock } from '../load/clock.js';
import { unlimitedAgent } from '../load/exchange.js';
import type { ApiOptions } from './arm.js';
import { readSecret } from './stack-secrets.js';

/** The people whom a story lets act, and their connections. */
export interface Players {
  api(who: Person | undefined, options?: ApiOptions): Api;
  newPerson(role: 'customer' | 'restaurant_owner' | 'driver'): Promise<Person>;
  admin(): Promise<Person>;
  secret(name: string): string;
  /** Opens so many connections to a process, for requests that are to arrive at once. */
  connect(count: number, at?: string): Promise<void>;
  /** Samples of the requests that asked for it, in the order in which they ended. */
  readonly samples: readonly Sample[];
  close(): Promise<void>;
}

/** Longer than any timeout between the services. */
const REQUEST_TIMEOUT_MS = 15_000;
const ADMIN_EMAIL = 'admin@quickbite.example';

const signedIn = z.looseObject({ user: z.looseObject({ id: z.string() }), accessToken: z.string() });

/** Gets the people of a story ready to act on a stack. */
export function assemblePlayers(stack: StartedStack, stage: Stage, signal: AbortSignal): Players {
  const agent = unlimitedAgent(REQUEST_TIMEOUT_MS);
  const samples: Sample[] = [];
  const api: Players['api'] = (who, { tag, at = 'api-gateway', from } = {}) =>
    createApi({
      who,
      agent,
      targets: [stack.process(at).url],
      timeoutMs: REQUEST_TIMEOUT_MS,
      from: () => from ?? who?.address ?? stage.nextAddress(),
      now: createClock(),
      signal,
      ...(tag === undefined ? {} : { keep: { tag, sample: (sample: Sample) => void samples.push(sample) } }),
    });
  return {
    samples,
    api,
    // Each arm assembles players of its own on the same stage: a number would be given twice.
    newPerson: (role) => register(stage, role, `New ${role} ${randomBytes(4).toString('hex')}`),
    async admin() {
      const address = stage.nextAddress();
      const password = readSecret(stack, 'admin');
      const { user, accessToken } = await callApi(
        stage.baseUrl,
        {
          method: 'POST',
          path: '/api/auth/login',
          from: address,
          expects: 200,
          body: { email: ADMIN_EMAIL, password },
        },
        signedIn,
        signal,
      );
      return { id: user.id, token: accessToken, address, email: ADMIN_EMAIL, password };
    },
    async connect(count, at) {
      const look = api(undefined, at === undefined ? {} : { at });
      await Promise.all(Array.from({ length: count }, () => look.get('/health/live')));
    },
    secret: (name) => readSecret(stack, name),
    close: () => agent.destroy(),
  };
}
