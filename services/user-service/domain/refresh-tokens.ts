import { createHash, randomBytes } from 'node:crypto';

/** Seconds that a refresh token is good for. Each use brings a new one. */
export const REFRESH_TOKEN_LIFETIME_S = 7 * 24 * 60 * 60;

const TOKEN = /^([\w-]{22})\.[\w-]{43}$/;

/**
 * A refresh token is `<family>.<secret>`: 128 random bits that stay through the rotations of one login, and 256 that are new
 * each time. Whoever knows the family without its present secret holds a token that was used already: there is no other way
 * to learn it. So theft is noticed without keeping the tokens that were spent.
 */
export interface RefreshToken {
  /** What the client gets. It is not stored. */
  readonly token: string;
  /** Hashes are what is stored: with a copy of the database nobody can sign in. They need no salt, tokens being random. */
  readonly familyHash: string;
  readonly tokenHash: string;
}

/** Makes the first token of a login. */
export function startFamily(): RefreshToken {
  return tokenOf(randomBytes(16).toString('base64url'));
}

/** Makes the token that replaces a spent one. */
export function continueFamily(spent: RefreshToken): RefreshToken {
  return tokenOf(spent.token.slice(0, spent.token.indexOf('.')));
}

/** Reads a token that a client presents; undefined when it cannot be one. */
export function readRefreshToken(presented: string): RefreshToken | undefined {
  const family = TOKEN.exec(presented)?.[1];
  return family === undefined ? undefined : hashed(presented, family);
}

function tokenOf(family: string): RefreshToken {
  return hashed(`${family}.${randomBytes(32).toString('base64url')}`, family);
}

function hashed(token: string, family: string): RefreshToken {
  return { token, familyHash: sha256(family), tokenHash: sha256(token) };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');
