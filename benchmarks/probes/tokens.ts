import jwt from 'jsonwebtoken';
import { randomBytes } from 'node:crypto';
import type { Probe } from './probe.js';
import { counted, figureOf, measurementOf, repeat } from '../measurement/repetitions.js';

const BATCH = 2_000;

export const tokens: Probe = {
  id: 'tokens',
  question: 'Which tokens does jwt.verify(token, secret) take, and how long does it take for one?',
  engines: [],
  figures: {
    'refused-expired': 'expired tokens that it refuses, of one',
    'refused-unsigned': 'unsigned tokens that it refuses, of one',
    'refused-other-audience': 'tokens that it refuses of those that the same key made for another audience, of one',
    'refused-other-issuer': 'tokens that it refuses of those that another issuer made with the same key, of one',
    'refused-when-named': 'the last two, with issuer and audience named, of two',
    'secret-readable': 'payloads that can be read without the secret, of one',
    'verify-time': 'time of a verification',
  },
  measure: async () => {
    const secret = randomBytes(32).toString('hex');
    const good = { iss: 'quickbite', aud: 'quickbite-api', sub: 'somebody' };
    const sign = (claims: object, key = secret): string =>
      jwt.sign({ ...good, ...claims }, key, { algorithm: 'HS256' });
    const refuses = (token: string, options: jwt.VerifyOptions = {}): number => {
      try {
        jwt.verify(token, secret, options);
        return 0;
      } catch {
        return 1;
      }
    };
    const now = Math.floor(Date.now() / 1_000);
    const [audience, issuer] = [sign({ aud: 'password-reset' }), sign({ iss: 'somebody-else' })];
    const named = { algorithms: ['HS256'], audience: good.aud, issuer: good.iss } satisfies jwt.VerifyOptions;
    const token = sign({});
    const micros = await repeat(6, () => {
      const started = performance.now();
      for (let n = 0; n < BATCH; n += 1) jwt.verify(token, secret);
      return (1_000 * (performance.now() - started)) / BATCH;
    });
    return measurementOf({
      'refused-expired': counted(refuses(sign({ exp: now - 3_600 })), 1),
      'refused-unsigned': counted(refuses(jwt.sign(good, '', { algorithm: 'none' })), 1),
      'refused-other-audience': counted(refuses(audience), 1),
      'refused-other-issuer': counted(refuses(issuer), 1),
      'refused-when-named': counted(refuses(audience, named) + refuses(issuer, named), 2),
      'secret-readable': counted(jwt.decode(token, { json: true })?.sub === good.sub ? 1 : 0, 1),
      'verify-time': figureOf('us', micros.slice(1), 5 * BATCH),
    });
  },
};
