import { randomUUID } from 'node:crypto';
import { forgeToken } from '../../load/index.js';
import type { Person } from '../../load/index.js';

/** What the gateway expects of a token, as user-service issues it. */
const ISSUER = 'quickbite';
const AUDIENCE = 'quickbite-api';
const HOUR_S = 3_600;

/** The attacks, by the name under which they are counted. */
export const attacks = [
  'unsigned (alg none)',
  'expired an hour ago',
  'made for another audience',
  'made by another issuer',
  'signed with another key',
  'promoted to admin',
  'signed with the stolen key',
] as const;
export type Attack = (typeof attacks)[number];

/** The token that an attacker sends to be `victim`. @param key the gateway's own, which only some attacks have */
export function tokenFor(attack: Attack, victim: Person, key: string): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    ...{ sub: victim.id, role: 'customer', jti: randomUUID(), sv: 0 },
    ...{ iss: ISSUER, aud: AUDIENCE, iat: now, exp: now + HOUR_S },
  };
  switch (attack) {
    case 'unsigned (alg none)':
      return forgeToken(claims, { alg: 'none' });
    case 'expired an hour ago':
      return forgeToken({ ...claims, iat: now - 2 * HOUR_S, exp: now - HOUR_S }, { key });
    case 'made for another audience':
      return forgeToken({ ...claims, aud: 'quickbite-newsletter' }, { key });
    case 'made by another issuer':
      return forgeToken({ ...claims, iss: 'quickbite-test' }, { key });
    case 'signed with another key':
      return forgeToken(claims, { key: randomUUID() });
    case 'promoted to admin':
      return promoted(victim.token);
    case 'signed with the stolen key':
      return forgeToken(claims, { key });
  }
}

/** A genuine token with one word of its payload changed, and its old signature. */
function promoted(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const changed = Buffer.from(JSON.stringify({ ...Object(claims), role: 'admin' })).toString('base64url');
  return [header, changed, signature].join('.');
}
