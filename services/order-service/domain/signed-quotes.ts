import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Surge } from './surge.js';

/** What is promised to a customer, for one request and for a while. */
export interface QuoteTerms {
  /** Of the customer and the request: a quote is good for nobody and nothing else. */
  readonly fingerprint: string;
  readonly surge: Surge;
  /** What everything costs together, minor units. */
  readonly total: number;
  /** ms since 1970. */
  readonly expiresAt: number;
}

/** Puts quotes into words that only this service can write: nothing is stored, and any instance reads them. */
export interface QuoteSigner {
  sign(terms: QuoteTerms): string;
  /** @returns undefined when it is not one of ours */
  read(quoteId: string): QuoteTerms | undefined;
}

const storedTerms = z.object({
  fingerprint: z.string(),
  surge: z.object({
    multiplier: z.number(),
    cell: z.string().exactOptional(),
    demand: z.number().exactOptional(),
    supply: z.number().exactOptional(),
  }),
  total: z.number(),
  expiresAt: z.number(),
});

const KEY_BYTES = 32;

/** @param secret the stack's; the key is derived from it, so that a quote can never pass for an identity */
export function createQuoteSigner(secret: string): QuoteSigner {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'quickbite order quotes', KEY_BYTES));
  const macOf = (payload: string): Buffer => createHmac('sha256', key).update(payload).digest();
  return {
    sign(terms) {
      const payload = Buffer.from(JSON.stringify(terms)).toString('base64url');
      return `${payload}.${macOf(payload).toString('base64url')}`;
    },
    read(quoteId) {
      const [payload = '', mac = ''] = quoteId.split('.', 2);
      const [given, expected] = [Buffer.from(mac, 'base64url'), macOf(payload)];
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return storedTerms.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    },
  };
}
