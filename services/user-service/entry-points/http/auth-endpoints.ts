import { z } from 'zod';
import { endpoint } from '@quickbite/shared/http';
import type { Answer, Endpoint } from '@quickbite/shared/http';
import { selfServiceRoles } from '../../domain/account.js';
import { logOutEverywhere } from '../../domain/log-out-everywhere.js';
import { logOut } from '../../domain/log-out.js';
import type { SignedOut } from '../../domain/log-out.js';
import { login } from '../../domain/login.js';
import type { LoginTools } from '../../domain/login.js';
import { refreshSession } from '../../domain/refresh-session.js';
import type { RefreshTools } from '../../domain/refresh-session.js';
import { register } from '../../domain/register.js';
import { signedIn, signedOutLater, tokens } from './answers.js';
import { email, personName } from './person-fields.js';

const registration = z.strictObject({
  name: personName,
  email,
  // The upper bound keeps the work of hashing bounded.
  password: z.string().min(8, 'expected at least 8 characters').max(128, 'expected at most 128 characters'),
  role: z.enum(selfServiceRoles).default('customer'),
});

const credentials = z.strictObject({ email, password: z.string().min(1).max(128) });
const refreshToken = z.string().min(1).max(200);

/** Nobody on the way keeps an answer with tokens in it. */
const NOT_KEPT = { 'cache-control': 'no-store' };

/** Getting an account, getting in, staying in and getting out. */
export const authEndpoints = (tools: LoginTools & RefreshTools): readonly Endpoint[] => [
  endpoint({
    method: 'post',
    path: '/api/auth/register',
    summary: 'Open an account and sign in',
    access: 'anyone',
    body: registration,
    answers: { 201: { description: 'The account, signed in', schema: signedIn } },
    problems: ['conflict'],
    handle: async ({ body }) => ({ status: 201, body: await register(body, tools), headers: NOT_KEPT }),
  }),
  endpoint({
    method: 'post',
    path: '/api/auth/login',
    summary: 'Sign in',
    access: 'anyone',
    body: credentials,
    answers: { 200: { description: 'The account, signed in', schema: signedIn } },
    problems: ['not-authenticated', 'too-many-requests'],
    handle: async ({ body }) => ({ status: 200, body: await login(body, tools), headers: NOT_KEPT }),
  }),
  endpoint({
    method: 'post',
    path: '/api/auth/refresh',
    summary: 'Exchange a refresh token for new tokens',
    access: 'anyone',
    body: z.strictObject({ refreshToken }),
    answers: { 200: { description: 'New tokens; the refresh token that was sent is spent', schema: tokens } },
    problems: ['not-authenticated'],
    handle: async ({ body }) => ({
      status: 200,
      body: await refreshSession(body.refreshToken, tools),
      headers: NOT_KEPT,
    }),
  }),
  endpoint({
    method: 'post',
    path: '/api/auth/logout',
    summary: 'End this session',
    access: 'signed-in',
    body: z.strictObject({ refreshToken: refreshToken.optional() }).default({}),
    answers: signedOutAnswers,
    handle: async ({ identity, body }) => signedOut(await logOut(identity, body.refreshToken, tools)),
  }),
  endpoint({
    method: 'post',
    path: '/api/auth/logout-all',
    summary: 'End all sessions of the account',
    access: 'signed-in',
    answers: signedOutAnswers,
    problems: ['not-found'],
    handle: async ({ identity }) => signedOut(await logOutEverywhere(identity, tools)),
  }),
];

const signedOutAnswers = {
  204: { description: 'Signed out' },
  202: { description: 'Nothing can be renewed any more; what was issued ends later', schema: signedOutLater },
};

function signedOut({ acceptedUntil }: SignedOut): Answer {
  if (!acceptedUntil) return { status: 204 };
  const detail =
    'The refresh tokens are void. Access tokens that were issued could not be revoked at once: they are as soon as it is possible.';
  return { status: 202, body: { detail, acceptedUntil: acceptedUntil.toISOString() } };
}
