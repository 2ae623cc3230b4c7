// @ts-check
'use strict';
// A stand-in for the stack that experiments are run on, for the tests of the protocol: one program that plays the gateway
// (with a breaker of its own, and accounts that it forgets) or the restaurant service, as ROLE says.
const http = require('node:http');
const { randomBytes } = require('node:crypto');
const { URL } = require('node:url');
const { setTimeout, clearTimeout } = require('node:timers');

const { ROLE, PORT, UPSTREAM_URL = '', QUICKBITE_LAB_KEY = '', FLAW = '' } = process.env;

/** @typedef {{ status: number, body?: unknown, headers?: Record<string, string> }} Answer */

/** @type {Record<string, number | boolean>} */
const defaults = {
  'breaker.enabled': true,
  'breaker.errorThresholdPercentage': 50,
  'breaker.rollingWindowMs': 10_000,
  'breaker.volumeThreshold': 5,
  'breaker.resetTimeoutMs': 30_000,
  'upstream.timeoutMs': 5000,
  'bulkhead.enabled': true,
  'retry.enabled': true,
  'balancing.ejection': true,
  'responseCache.enabled': true,
};
const knobs = { ...defaults };
const breaker = {
  state: 'CLOSED',
  /** @type {{ at: string, from: string, to: string }[]} */ transitions: [],
  stats: { fired: 0, succeeded: 0, failed: 0, rejected: 0, timedOut: 0, fallbacks: 0 },
  inFlight: 0,
  /** @type {{ at: number, failed: boolean }[]} */ recent: [],
  trying: false,
};
/** @type {Map<string, string>} */
const lastGood = new Map();

/** @param {string} to */
function move(to) {
  if (breaker.state === to) return;
  breaker.transitions.push({ at: new Date().toISOString(), from: breaker.state, to });
  breaker.state = to;
  if (to === 'OPEN')
    setTimeout(() => breaker.state === 'OPEN' && move('HALF_OPEN'), Number(knobs['breaker.resetTimeoutMs'])).unref();
}

/** @param {boolean} failed */
function count(failed) {
  const now = Date.now();
  breaker.stats[failed ? 'failed' : 'succeeded'] += 1;
  breaker.recent = [...breaker.recent, { at: now, failed }].filter(
    (call) => call.at > now - Number(knobs['breaker.rollingWindowMs']),
  );
  if (breaker.state === 'HALF_OPEN') move(failed ? 'OPEN' : 'CLOSED');
  const share = breaker.recent.filter((call) => call.failed).length / breaker.recent.length;
  const enough = breaker.recent.length >= Number(knobs['breaker.volumeThreshold']);
  if (
    failed &&
    breaker.state === 'CLOSED' &&
    enough &&
    share * 100 > Number(knobs['breaker.errorThresholdPercentage']) &&
    FLAW !== 'never-opens'
  )
    move('OPEN');
  if (!failed && breaker.state === 'CLOSED') breaker.trying = false;
}

/**
 * @param {string} path
 * @param {number} timeoutMs
 * @returns {Promise<Answer>}
 */
function askUpstream(path, timeoutMs) {
  return new Promise((resolve) => {
    const give = (/** @type {Answer} */ answer) => {
      clearTimeout(timer);
      resolve(answer);
      asked.destroy();
    };
    const asked = http.get(`${UPSTREAM_URL}${path}`, { agent: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () =>
        give({ status: answer.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) }),
      );
    });
    const timer = setTimeout(() => give({ status: 504 }), timeoutMs);
    asked.on('error', () => give({ status: 502 }));
  });
}

/** @param {string} path @returns {Promise<Answer>} */
async function throughBreaker(path) {
  if (!knobs['breaker.enabled']) return askUpstream(path, Number(knobs['upstream.timeoutMs']));
  const mayTry = breaker.state === 'CLOSED' || (breaker.state === 'HALF_OPEN' && !breaker.trying);
  if (!mayTry) {
    breaker.stats.rejected += 1;
    return fallback(path, 503);
  }
  if (breaker.state === 'HALF_OPEN') breaker.trying = true;
  breaker.stats.fired += 1;
  breaker.inFlight += 1;
  const answer = await askUpstream(path, Number(knobs['upstream.timeoutMs']));
  breaker.inFlight -= 1;
  count(answer.status >= 500);
  breaker.trying = false;
  if (answer.status >= 500) return fallback(path, answer.status);
  if (answer.status === 200) lastGood.set(path, JSON.stringify(answer.body));
  return answer;
}

/** @param {string} path @param {number} status @returns {Answer} */
function fallback(path, status) {
  const copy = lastGood.get(path);
  if (copy === undefined) return { status };
  breaker.stats.fallbacks += 1;
  return { status: 200, body: JSON.parse(copy), headers: { 'x-fallback': 'last-good', age: '1' } };
}

const newId = () => randomBytes(12).toString('hex');

/** @param {string} method @param {string} path @returns {Promise<Answer> | Answer} */
function gateway(method, path) {
  if (path === '/internal/breakers') {
    const { state, transitions, stats, inFlight } = breaker;
    return { status: 200, body: { breakers: [{ name: 'restaurant-service', state, transitions, stats, inFlight }] } };
  }
  if (path === '/api/auth/register')
    return { status: 201, body: { user: { id: newId() }, accessToken: 'token', expiresIn: 900 } };
  if (path === '/api/restaurants' && method === 'POST')
    return { status: 201, body: { id: newId(), menu: [{ id: newId() }] } };
  if (FLAW === 'no-restaurants') return { status: 500, body: { title: 'flawed on purpose' } };
  if (path.startsWith('/api/restaurants/')) return throughBreaker(path);
  return { status: 404 };
}

/** @param {string} path @returns {Answer} */
function restaurantService(path) {
  const id = path.split('/').at(-1) ?? '';
  return id.startsWith('00000000') ? { status: 404 } : { status: 200, body: { id } };
}

/** @param {string} method @param {any} body @returns {Answer} */
function knobsOf(method, body) {
  const unknown = Object.keys(body ?? {}).filter((name) => !(name in knobs));
  if (unknown.length > 0)
    return { status: 400, body: { errors: unknown.map((path) => ({ path, message: 'there is no such knob' })) } };
  if (method === 'PUT') Object.assign(knobs, body);
  const described = Object.entries(knobs).map(([name, value]) => ({
    name,
    value,
    default: defaults[name],
    description: name,
    schema: {},
  }));
  return { status: 200, body: { service: ROLE, knobs: described } };
}

/** @param {http.IncomingMessage} request @returns {Promise<Answer>} */
async function answer(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  const body = text === '' ? undefined : JSON.parse(text);
  const path = new URL(request.url ?? '', 'http://localhost').pathname;
  const method = request.method ?? '';
  if (path.startsWith('/health')) return { status: 200, body: { status: 'ready' } };
  if (path.startsWith('/internal') && request.headers['x-lab-key'] !== QUICKBITE_LAB_KEY) return { status: 404 };
  if (path === '/internal/knobs') return knobsOf(method, body);
  return ROLE === 'gateway' ? gateway(method, path) : restaurantService(path);
}

const server = http.createServer((request, response) => {
  answer(request)
    .then(({ status, body, headers }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    })
    .catch((error) => response.writeHead(500).end(String(error)));
});
server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
