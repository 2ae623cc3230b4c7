import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '@quickbite/shared/errors';

/** The header in which the provider signs what it sends. */
export const SIGNATURE_HEADER = 'payment-signature';

/** How old a signature may be, or how far ahead its clock: a copy that somebody kept is refused later. */
const TOLERANCE_MS = 5 * 60_000;

/**
 * Checks `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">` over the body as it came: parsing it first, and printing it again,
 * would give other bytes. Several `v1` may stand there while a secret is being replaced; one must match.
 * @throws AppError `not-authenticated`, without saying how the signature should have been
 */
export function verifyWebhookSignature(
  header: unknown,
  body: Buffer,
  options: { readonly secret: string; readonly now: Date },
): void {
  const fields = typeof header === 'string' ? header.split(',').map((field) => field.trim()) : [];
  const valuesOf = (name: string): string[] =>
    fields.filter((field) => field.startsWith(`${name}=`)).map((field) => field.slice(name.length + 1));
  const [seconds = ''] = valuesOf('t');
  if (!/^\d{1,12}$/.test(seconds))
    throw new AppError(
      'not-authenticated',
      `Expected the header ${SIGNATURE_HEADER}: t=<unix seconds>,v1=<signature>.`,
    );
  if (Math.abs(options.now.getTime() - Number(seconds) * 1000) > TOLERANCE_MS)
    throw new AppError('not-authenticated', 'The signature is older than five minutes, or from the future. Sign anew.');
  const expected = createHmac('sha256', options.secret).update(`${seconds}.`).update(body).digest();
  const isSigned = valuesOf('v1').some((value) => {
    const given = Buffer.from(value, 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isSigned) throw new AppError('not-authenticated', 'The signature does not match what was sent.');
}
