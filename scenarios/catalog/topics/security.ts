import type { Topic } from '../../protocol/index.js';
import { bruteForceLogin } from '../brute-force-login/scenario.js';
import { identitySpoofing } from '../identity-spoofing/scenario.js';
import { jwtAttacks } from '../jwt-attacks/scenario.js';
import { rateLimitAlgorithms } from '../rate-limit-algorithms/scenario.js';
import { rateLimitDistributed } from '../rate-limit-distributed/scenario.js';
import { rateLimitFlood } from '../rate-limit-flood/scenario.js';
import { tokenRevocation } from '../token-revocation/scenario.js';

export const security: Topic = {
  title: 'Rate limits and security',
  scenarios: [
    rateLimitFlood,
    identitySpoofing,
    jwtAttacks,
    tokenRevocation,
    bruteForceLogin,
    rateLimitDistributed,
    rateLimitAlgorithms,
  ],
};
