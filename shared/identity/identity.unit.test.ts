import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { AppError } from '../errors/index.js';
import { SERVICE_ROLE, roles, signIdentity, verifyIdentity } from './index.js';

const SECRET = 'the secret between gateway and services';
const options = {
  algorithm: 'HS256',
  subject: 'a'.repeat(24),
  issuer: 'quickbite-gateway',
  audience: 'quickbite-services',
  expiresIn: 60,
} as const;
const role = 'customer';

function refusal(token: string): string | undefined {
  try {
    verifyIdentity(token, SECRET);
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.slug : String(error);
  }
}

describe('a signed identity', () => {
  it('carries who it is and what they may, for a minute', () => {
    const token = signIdentity({ userId: 'a'.repeat(24), role: 'driver' }, SECRET);
    expect(verifyIdentity(token, SECRET)).toEqual({ userId: 'a'.repeat(24), role: 'driver' });
    const { iat, exp } = jwt.decode(token) as { iat: number; exp: number };
    expect(exp - iat).toBe(60);
  });

  it('names the access token that its bearer came with, so that it can be revoked', () => {
    const identity = {
      userId: 'a'.repeat(24),
      role: 'driver',
      token: { id: 'a-jti', expiresAt: 1_900_000_000 },
    } as const;
    expect(verifyIdentity(signIdentity(identity, SECRET), SECRET)).toEqual(identity);
  });

  it('can be that of a service, with a role that no account has', () => {
    const identity = { userId: 'notification-service', role: SERVICE_ROLE } as const;
    expect(verifyIdentity(signIdentity(identity, SECRET), SECRET)).toEqual(identity);
    expect(roles).not.toContain(SERVICE_ROLE);
  });

  it('is accepted when it is made to the contract', () => {
    expect(refusal(jwt.sign({ role }, SECRET, options))).toBeUndefined();
  });

  it.each([
    ['was signed with another secret', jwt.sign({ role }, 'another secret', options)],
    ['is not signed at all', jwt.sign({ role }, '', { ...options, algorithm: 'none' })],
    ['was signed with another algorithm', jwt.sign({ role }, SECRET, { ...options, algorithm: 'HS512' })],
    ['has expired', jwt.sign({ role }, SECRET, { ...options, expiresIn: -1 })],
    ['is meant for the API: an access token', jwt.sign({ role }, SECRET, { ...options, audience: 'quickbite-api' })],
    ['was made by somebody else', jwt.sign({ role }, SECRET, { ...options, issuer: 'quickbite' })],
    ['claims a role that there is not', jwt.sign({ role: 'root' }, SECRET, options)],
    ['names nobody', jwt.sign({ role }, SECRET, { ...options, subject: '' })],
    ['is not a token', 'me'],
  ])('is refused when it %s', (_why, token) => {
    expect(refusal(token)).toBe('not-authenticated');
  });

  it('is refused when its payload was changed', () => {
    const [header, , signature] = jwt.sign({ role }, SECRET, options).split('.');
    const [, admin] = jwt.sign({ role: 'admin' }, 'another secret', options).split('.');
    expect(refusal([header, admin, signature].join('.'))).toBe('not-authenticated');
  });
});
