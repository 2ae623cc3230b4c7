import { json } from 'express';
import type { Express } from 'express';
import { z } from 'zod';
import { parse } from '@quickbite/shared/http';
import type { Authorize } from '@quickbite/shared/http';
import { selfServiceRoles } from '../../domain/account.js';
import { login } from '../../domain/login.js';
import { readOwnAccount } from '../../domain/read-own-account.js';
import { register } from '../../domain/register.js';
import type { AccountTools } from '../../domain/register.js';

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

/** Mounts register, login and the own account. */
export function mountAccountRoutes(
  app: Express,
  { authorize, ...tools }: AccountTools & { readonly authorize: Authorize },
): void {
  app.post('/api/auth/register', json(), async (req, res) => {
    res.status(201).json(await register(parse(registration, req.body, 'body'), tools));
  });
  app.post('/api/auth/login', json(), async (req, res) => {
    res.json(await login(parse(credentials, req.body, 'body'), tools));
  });
  app.get('/api/users/me', async (req, res) => {
    res.json(await readOwnAccount(authorize(req), tools.accounts));
  });
}
