import { createHmac } from 'node:crypto';

/** Makes a JSON web token by hand, as an attacker would: a library refuses most of what is wrong. Without a secret, unsigned. */
export function forgeToken(header: { readonly alg: string }, claims: object, secret?: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ ...header, typ: 'JWT' })}.${part(claims)}`;
  if (secret === undefined) return `${signed}.`;
  const hash = header.alg === 'HS512' ? 'sha512' : 'sha256';
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}
