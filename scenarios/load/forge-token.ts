import { createHmac } from 'node:crypto';

/**
 * Makes a JSON web token by hand, as an attacker does: a library refuses most of what is wrong. Always with HMAC-SHA256,
 * whatever the header claims; without a key it stays unsigned.
 */
export function forgeToken(
  claims: object,
  { alg = 'HS256', key }: { readonly alg?: string; readonly key?: string } = {},
): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg, typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${key === undefined ? '' : createHmac('sha256', key).update(signed).digest('base64url')}`;
}
