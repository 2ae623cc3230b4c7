import { kill, pause } from '../../faults/index.js';
import { browse } from '../../load/index.js';
import { breakerOf } from '../../probes/index.js';
import { defineScenario } from '../../protocol/index.js';
import { answerOfThePrediction, checksFor, explain } from './judgement.js';
import { parameters } from './parameters.js';

/** The service that falls silent, and the breaker that stands in front of it. */
const VICTIM = 'restaurant-service';

/** A killed service has to start again before there is a recovery to watch. */
const RESTART_MS = 3_000;

export const circuitBreaker = defineScenario({
  id: 'circuit-breaker',
  title: 'Circuit breaker',
  question: 'One service hangs. Does everybody who asks for it hang as well?',
  summary:
    'Customers look at restaurants while the restaurant service falls silent. Without a breaker in the gateway every one of ' +
    'them waits for the timeout and gets an error; with it, the gateway stops asking and answers from its last good copy.',
  seconds: 50,
  concepts: ['circuit-breaker', 'fallback', 'timeouts', 'response-cache'],
  questions: ['explain-circuit-breaker', 'backend-failures-in-gateway'],
  claims: ['breaker-fails-fast', '404s-do-not-trip', 'thousand-requests-waste-5000-s'],
  services: [
    'api-gateway',
    'user-service',
    'restaurant-service',
    'order-service',
    'driver-service',
    'notification-service',
    'payment-provider',
  ],
  parameters,
  defect: {
    file: 'shared/dist/resilience/breaker.js',
    from: 'enabled: settings.enabled,\n      timeout',
    to: 'enabled: false,\n      timeout',
    refutes: 'fault to open',
  },

  arms: ({ timeoutMs, resetMs, windowMs }) => {
    // What else the gateway has against failing upstreams is off in both arms: one defence at a time is measured.
    const alike = {
      'bulkhead.enabled': false,
      'retry.enabled': false,
      'balancing.ejection': false,
      'responseCache.enabled': false,
      'upstream.timeoutMs': timeoutMs,
      'breaker.resetTimeoutMs': resetMs,
      'breaker.rollingWindowMs': windowMs,
    };
    return {
      undefended: { 'api-gateway': { ...alike, 'breaker.enabled': false } },
      defended: { 'api-gateway': { ...alike, 'breaker.enabled': true } },
    };
  },

  traffic: ({ rate, wrongIdsMs }) => browse({ rate, absent: { share: 0.8, forMs: wrongIdsMs } }),
  observers: [breakerOf(VICTIM)],

  prediction: {
    question:
      'The restaurant service hangs for some seconds. With the breaker on, what do most customers get meanwhile?',
    options: ['an error after the timeout', 'an error at once', 'the last good copy, at once'],
    answer: answerOfThePrediction,
  },

  notes: {
    'wrong ids':
      'Everybody asks for what does not exist. Ask the class: should the breaker open? It does not: a 404 is an answer, the service works.',
    steady: 'The normal case: a few milliseconds. Remember the number.',
    outage:
      'The service is frozen, not dead: its connections are still accepted. Watch how many wait. In the defended arm, watch the breaker open.',
    recovery: 'Nobody tells the gateway that it is back. How does it find out? One test request after the reset time.',
  },

  async story(run, p) {
    await run.phase('wrong ids', { what: '4 of 5 ask for what does not exist', lastsMs: p.wrongIdsMs });
    await run.phase('steady', { what: 'everything works', lastsMs: p.steadyMs });
    await run.phase('outage', { what: `${VICTIM}: ${p.fault}`, lastsMs: p.outageMs }, async () => {
      await run.inject(p.fault === 'pause' ? pause(VICTIM) : kill(VICTIM));
    });
    await run.phase(
      'recovery',
      {
        what: `${VICTIM} is back; nobody tells the gateway`,
        lastsMs: p.recoveryMs + (p.fault === 'kill' ? RESTART_MS : 0),
      },
      async () => {
        await run.heal();
      },
    );
  },

  checks: checksFor,
  why: explain,
});
