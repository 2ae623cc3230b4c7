import type { Express, Request } from 'express';
import { AppError } from '@quickbite/shared/errors';
import { mountEndpoints } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import type { CallerRole } from '@quickbite/shared/identity';
import type { Authenticate, Caller } from '../../domain/authenticate.js';
import { rateLimit } from './rate-limit.js';
import type { RateLimitTools } from './rate-limit.js';
import { callerOf, requireAccount } from './require-account.js';

/** Mounts what the gateway answers itself, behind the same rate limit and token check as what it passes on. */
export function mountOwnEndpoints(
  app: Express,
  list: readonly Endpoint[],
  tools: RateLimitTools & {
    readonly authenticate: Authenticate;
    readonly identitySecret: string;
    readonly validateAnswers: boolean;
  },
): void {
  for (const { method, path, access } of list) {
    if (!path.startsWith('/api/')) continue;
    const account = access === 'anyone' ? [] : [requireAccount(tools.authenticate, tools.identitySecret)];
    app[method](path, rateLimit('general', tools), ...account);
  }
  mountEndpoints(app, list, { authorize: whoPassed, validateAnswers: tools.validateAnswers });
}

function whoPassed(req: Request, ...allowed: readonly CallerRole[]): Caller {
  if (!req.res) throw new Error('expected a request that Express serves');
  const caller = callerOf(req.res);
  if (allowed.length > 0 && !allowed.includes(caller.role))
    throw new AppError('not-allowed', `This route is for ${allowed.join(' or ')}; the account is ${caller.role}.`);
  return caller;
}
