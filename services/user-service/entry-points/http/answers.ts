import { z } from 'zod';
import { geoPoint, objectId } from '@quickbite/shared/http';
import { roles } from '@quickbite/shared/identity';
import { platforms } from '../../domain/account.js';
import { preferences } from './preferences-schema.js';

/** The account as its owner sees it. */
export const publicAccount = z.strictObject({
  id: objectId,
  name: z.string(),
  email: z.email(),
  phone: z.e164().optional(),
  role: z.enum(roles),
  createdAt: z.iso.datetime(),
});

/** What a client acts with, and what it gets more of it with. */
export const tokens = z.strictObject({
  accessToken: z.string(),
  expiresIn: z.int().describe('Seconds that the access token is good for.'),
  refreshToken: z.string().describe('Good for one use at POST /api/auth/refresh.'),
  refreshExpiresIn: z.int().describe('Seconds that the refresh token is good for.'),
});

/** An account with the tokens that it is signed in with. */
export const signedIn = tokens.extend({ user: publicAccount });

/** The answer to signing out while Redis is away. */
export const signedOutLater = z.strictObject({
  detail: z.string(),
  acceptedUntil: z.iso.datetime().describe('When an access token that is still accepted expires at the latest.'),
});

/** One of the own addresses. */
export const address = z.strictObject({
  id: objectId,
  label: z.string(),
  text: z.string().optional(),
  location: geoPoint,
});

/** All of the own addresses: there are so few that they are one page. */
export const addressList = z.strictObject({
  items: z.array(address),
  page: z.literal(1),
  limit: z.int(),
  total: z.int(),
});

/** A device that gets push messages, without its token. */
export const device = z.strictObject({ id: objectId, platform: z.enum(platforms) });

/** How to reach somebody. */
export const contact = z.strictObject({
  id: objectId,
  name: z.string(),
  email: z.email(),
  phone: z.e164().optional(),
  deviceTokens: z.array(z.string()),
  preferences,
});
