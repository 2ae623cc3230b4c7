import type { RequestHandler, Response } from 'express';
import { signIdentity } from '@quickbite/shared/identity';
import type { Authenticate, Caller } from '../../domain/authenticate.js';

// Not `identity`: that is where endpoints keep theirs.
const CALLER = 'caller';
const IDENTITY = 'signedIdentity';

/** Turns the client's access token into the signed identity that services believe. */
export function requireAccount(authenticate: Authenticate, identitySecret: string): RequestHandler {
  return async function requireAccountMiddleware(req, res, next) {
    const caller = await authenticate(req.headers.authorization);
    res.locals[CALLER] = caller;
    res.locals[IDENTITY] = signIdentity(caller, identitySecret);
    next();
  };
}

/** The signed identity of a request behind `requireAccount`. */
export function requiredIdentityOf(res: Response): string {
  const identity = res.locals[IDENTITY] as string | undefined;
  if (identity === undefined) throw new Error('expected requireAccount in front of this route');
  return identity;
}

/** Who calls a route behind `requireAccount`. */
export function callerOf(res: Response): Caller {
  const caller = res.locals[CALLER] as Caller | undefined;
  if (!caller) throw new Error('expected requireAccount in front of this route');
  return caller;
}
