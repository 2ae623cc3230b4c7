import { createHmac } from 'node:crypto';

/**
 * Signs a payload for one attempt, in the form that Stripe made common: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.payload">`. The time is
 * part of what is signed, so that a receiver can refuse old copies; each attempt is signed anew.
 */
export function signWebhook(payload: string, secret: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const signature = createHmac('sha256', secret).update(`${seconds}.${payload}`).digest('hex');
  return `t=${seconds},v1=${signature}`;
}
