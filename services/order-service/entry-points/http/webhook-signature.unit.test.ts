import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyWebhookSignature } from './webhook-signature.js';

const secret = 'a secret for the webhooks of these tests';
const body = Buffer.from('{"id":"evt_1","type":"charge.succeeded"}');
const now = new Date('2026-11-21T12:00:00.000Z');
const seconds = now.getTime() / 1000;
const hex = (at = seconds, key = secret, of = body.toString()): string =>
  createHmac('sha256', key).update(`${at}.${of}`).digest('hex');
const verify = (header: unknown): void => verifyWebhookSignature(header, body, { secret, now });

describe('the signature of a webhook', () => {
  it.each([
    ['made now', `t=${seconds},v1=${hex()}`],
    ['five minutes old', `t=${seconds - 300},v1=${hex(seconds - 300)}`],
    ['five minutes ahead', `t=${seconds + 300},v1=${hex(seconds + 300)}`],
    ['beside that of another secret', `t=${seconds},v1=${hex(seconds, 'old')},v1=${hex()}`],
    ['written with spaces and fields to come', `t=${seconds}, v2=what, v1=${hex()}`],
  ])('is accepted when it is %s', (_how, header) => {
    expect(() => verify(header)).not.toThrow();
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['without a time', `v1=${hex()}`],
    ['without a signature', `t=${seconds}`],
    ['older than five minutes', `t=${seconds - 301},v1=${hex(seconds - 301)}`],
    ['more than five minutes ahead', `t=${seconds + 301},v1=${hex(seconds + 301)}`],
    ['made with another secret', `t=${seconds},v1=${hex(seconds, 'another')}`],
    ['made for another body', `t=${seconds},v1=${hex(seconds, secret, '{}')}`],
    ['made for another time', `t=${seconds},v1=${hex(seconds - 1)}`],
    ['cut short', `t=${seconds},v1=${hex().slice(0, 62)}`],
    ['not hexadecimal', `t=${seconds},v1=${'z'.repeat(64)}`],
    ['of another version', `t=${seconds},v0=${hex()}`],
    ['with a time that is no number', `t=NaN,v1=${hex()}`],
  ])('is refused when it is %s', (_how, header) => {
    expect(() => verify(header)).toThrow(expect.objectContaining({ slug: 'not-authenticated' }));
  });
});
