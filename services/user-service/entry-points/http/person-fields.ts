import { z } from 'zod';

/** What somebody is called. */
export const personName = z.string().trim().min(1).max(100);

/** Normalised before it is checked and stored: `Ada@Example.com ` and `ada@example.com` are one person. RFC 5321 allows 254. */
export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email('expected an email address such as ada@example.com'));

/** E.164: a plus, the country and the number. */
export const phone = z.e164('expected an international number such as +4915112345678');
