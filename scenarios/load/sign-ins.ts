import { customerAddress, customersFor } from './customers.js';
import { peakOf } from './rate.js';
import type { Rate } from './rate.js';
import { steady } from './traffic.js';
import type { Traffic } from './traffic.js';

/** Options of `signIns`. */
export interface SignInOptions {
  readonly rate: Rate;
  /** Share of the attempts with a wrong password, 0 to 1; 401 is the right answer to them. Default 0. */
  readonly wrong?: number;
}

/** People of the cast who sign in, each attempt from an address of its own: `POST /api/auth/login`. */
export function signIns({ rate, wrong = 0 }: SignInOptions): Traffic {
  return steady(rate, 'POST /api/auth/login', ({ customers }, random) => {
    const addresses = customersFor(peakOf(rate));
    return () => {
      const customer = customers[random.integer(customers.length)];
      const isWrong = random.next() < wrong;
      const password = isWrong ? `guess-${String(random.integer(1_000_000))}` : customer?.password;
      return {
        tag: isWrong ? 'wrong sign-in' : 'sign-in',
        method: 'POST',
        path: '/api/auth/login',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': customerAddress(random.integer(addresses)),
        },
        body: JSON.stringify({ email: customer?.email, password }),
        expects: isWrong ? 401 : 200,
      };
    };
  });
}
