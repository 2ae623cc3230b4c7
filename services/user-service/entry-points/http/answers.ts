import { z } from 'zod';
import { objectId } from '@quickbite/shared/http';
import { roles } from '@quickbite/shared/identity';
import { preferences } from './preferences-schema.js';

/** The account as its owner sees it. */
export const publicAccount = z.strictObject({
  id: objectId,
  name: z.string(),
  email: z.email(),
  role: z.enum(roles),
  createdAt: z.iso.datetime(),
});

/** An account with the token that it is signed in with. */
export const signedIn = z.strictObject({
  user: publicAccount,
  accessToken: z.string(),
  expiresIn: z.int().describe('Seconds that the access token is good for.'),
});

/** How to reach somebody. */
export const contact = z.strictObject({
  id: objectId,
  name: z.string(),
  email: z.email(),
  phone: z.e164().optional(),
  deviceTokens: z.array(z.string()),
  preferences,
});
