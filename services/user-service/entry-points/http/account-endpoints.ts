import { z } from 'zod';
import { endpoint, objectId } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import { SERVICE_ROLE } from '@quickbite/shared/identity';
import type { Accounts } from '../../data-access/accounts.js';
import { selfServiceRoles } from '../../domain/account.js';
import { login } from '../../domain/login.js';
import { readContact } from '../../domain/read-contact.js';
import { readOwnAccount } from '../../domain/read-own-account.js';
import { register } from '../../domain/register.js';
import type { AccountTools } from '../../domain/register.js';
import { contact, publicAccount, signedIn } from './answers.js';

/** Normalised before it is checked and stored: `Ada@Example.com ` and `ada@example.com` are one person. RFC 5321 allows 254. */
const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email('expected an email address such as ada@example.com'));

const registration = z.strictObject({
  name: z.string().trim().min(1).max(100),
  email,
  // The upper bound keeps the work of hashing bounded.
  password: z.string().min(8, 'expected at least 8 characters').max(128, 'expected at most 128 characters'),
  role: z.enum(selfServiceRoles).default('customer'),
});

const credentials = z.strictObject({ email, password: z.string().min(1).max(128) });

/** Getting an account, and getting in. */
export const authEndpoints = (tools: AccountTools): readonly Endpoint[] => [
  endpoint({
    method: 'post',
    path: '/api/auth/register',
    summary: 'Open an account and sign in',
    access: 'anyone',
    body: registration,
    answers: { 201: { description: 'The account, signed in', schema: signedIn } },
    problems: ['conflict'],
    handle: async ({ body }) => ({ status: 201, body: await register(body, tools) }),
  }),
  endpoint({
    method: 'post',
    path: '/api/auth/login',
    summary: 'Sign in',
    access: 'anyone',
    body: credentials,
    answers: { 200: { description: 'The account, signed in', schema: signedIn } },
    problems: ['not-authenticated'],
    handle: async ({ body }) => ({ status: 200, body: await login(body, tools) }),
  }),
];

/** What people see of their account, and what services need of it. */
export const accountEndpoints = (accounts: Accounts): readonly Endpoint[] => [
  endpoint({
    method: 'get',
    path: '/api/users/me',
    summary: 'Read the own account',
    access: 'signed-in',
    answers: { 200: { description: 'The account', schema: publicAccount } },
    problems: ['not-found'],
    handle: async ({ identity }) => ({ status: 200, body: await readOwnAccount(identity, accounts) }),
  }),
  endpoint({
    method: 'get',
    path: '/api/users/:id/contact',
    summary: 'Look up how to reach somebody (services only)',
    access: [SERVICE_ROLE],
    params: z.strictObject({ id: objectId }),
    answers: { 200: { description: 'Where and how to notify', schema: contact } },
    problems: ['not-found'],
    handle: async ({ params }) => ({ status: 200, body: await readContact(params.id, accounts) }),
  }),
];
