import { isAnswered, isFailed, latencyOf } from '../../load/index.js';
import type { Measured, Samples } from '../../load/index.js';
import { atLeast, atMost, between, exactly, reads } from '../../protocol/index.js';
import type { ArmCheck, ArmMeasurements, ArmName, Check, Target } from '../../protocol/index.js';
import { callsWhileOpen, isWholeWalk, openingOf, openStretches, stepsOf, walkOf } from './breaker-walk.js';
import type { Parameters } from './parameters.js';

/** A quick answer, far above the few ms that the gateway needs: the machine may be busy with other things. */
const INSTANT_MS = 100;
/** What the slowest answers may take while open: a tenth of the timeout that they are spared, or what a busy machine needs. */
const TENTH = 0.1;
const SLOWEST_MS = 250;
/** The service was seen ready, so a try is answered; a busy machine needs a moment for it. */
const SLACK_MS = 1_000;

type Arms = Readonly<Record<ArmName, ArmMeasurements>>;

/** The checks of a run: the undefended arm must suffer, the defended one must not. */
export function checksFor(p: Parameters): readonly Check[] {
  return [...(p.fault === 'pause' ? hangs(p) : refusals()), ...defended(p)];
}

/** What a silent service does to a gateway that has nothing but a timeout. */
function hangs(p: Parameters): readonly Check[] {
  const full = p.rate * (p.timeoutMs / 1000);
  return [
    check('undefended', 'requests that fail', atLeast(90), '%', 50, (m) =>
      ofSamples(doomed(m, p), (s) => s.percent(isFailed)),
    ),
    check('undefended', 'time of a failure (median)', between(0.9 * p.timeoutMs, 1.5 * p.timeoutMs), 'ms', 50, (m) =>
      ofSamples(doomed(m, p).failed, (s) => s.latency(50)),
    ),
    check('undefended', 'waiting at once (peak)', atLeast(Math.floor(0.6 * full)), '', 50, (m) =>
      ofSamples(m.samples, (s) => s.peakWaiting(m.fault.provedAt, m.fault.healedAt)),
    ),
  ];
}

/** A dead service refuses at once: customers get errors, but nobody waits. */
function refusals(): readonly Check[] {
  return [
    check('undefended', 'requests that fail', atLeast(90), '%', 50, (m) =>
      ofSamples(broken(m), (s) => s.percent(isFailed)),
    ),
    check('undefended', 'time of a failure (median)', atMost(INSTANT_MS), 'ms', 50, (m) =>
      ofSamples(broken(m).failed, (s) => s.latency(50)),
    ),
  ];
}

function defended(p: Parameters): readonly Check[] {
  return [
    check('defended', 'openings under 404s', exactly(0), '', 20, (m) => ({
      value: stepsOf(m).filter((step) => step.at < m.fault.injectedAt).length,
      samples: m.during('wrong ids').where((sample) => sample.status === 404).count,
    })),
    check('defended', 'fault to open', atMost(p.timeoutMs + p.windowMs), 'ms', 1, (m) =>
      elapsed(m.fault.injectedAt, openingOf(m)?.openedAt),
    ),
    check('defended', 'answered while open', atLeast(95), '%', 50, (m) =>
      ofSamples(whileOpen(m), (s) => s.percent(isAnswered)),
    ),
    check(
      'defended',
      'answer time while open (p99)',
      atMost(Math.max(SLOWEST_MS, TENTH * p.timeoutMs)),
      'ms',
      100,
      (m) => ofSamples(neverTried(m), (s) => s.latency(99)),
    ),
    check('defended', 'calls while open, besides tries', exactly(0), '', 5, (m) => {
      const { calls, readings } = callsWhileOpen(m);
      return { value: calls, samples: readings };
    }),
    check('defended', 'walk of the breaker', reads('opens and closes', isWholeWalk), '', 1, (m) => ({
      value: walkOf(stepsOf(m)),
      samples: stepsOf(m).length,
    })),
    check('defended', 'ready to closed', atMost(p.resetMs + SLACK_MS), 'ms', 1, (m) => {
      const closedAt = openingOf(m)?.closedAt;
      return elapsed(m.fault.readyAt, closedAt === undefined ? undefined : Math.max(closedAt, m.fault.readyAt));
    }),
    check('defended', 'failed or stale after closing', exactly(0), '', 20, (m) =>
      ofSamples(afterClosing(m), (s) => s.where((sample) => isFailed(sample) || sample.fallback).count),
    ),
  ];
}

/** Requests whose whole time to live, up to the timeout, lies in the outage: nothing could save them. */
function doomed(m: ArmMeasurements, p: Parameters): Samples {
  return m.samples.intendedBetween(m.fault.provedAt, m.fault.healedAt - p.timeoutMs);
}

function broken(m: ArmMeasurements): Samples {
  return m.samples.intendedBetween(m.fault.provedAt, m.fault.healedAt);
}

/** From the first opening until the service is back. Empty when the breaker never opened. */
function whileOpen(m: ArmMeasurements): Samples {
  return m.samples.intendedBetween(openingOf(m)?.openedAt ?? Infinity, m.fault.healedAt);
}

/** Those of `whileOpen` that were sent in a state in which the gateway does not try the service. */
function neverTried(m: ArmMeasurements): Samples {
  const stretches = openStretches(m);
  return whileOpen(m).answered.where((sample) =>
    stretches.some(({ from, to }) => sample.intendedAt >= from && sample.intendedAt < to),
  );
}

function afterClosing(m: ArmMeasurements): Samples {
  return m.samples.intendedBetween(openingOf(m)?.closedAt ?? Infinity, Infinity);
}

function ofSamples(samples: Samples, measure: (samples: Samples) => number | undefined): Measured {
  return { value: samples.count === 0 ? undefined : measure(samples), samples: samples.count };
}

function elapsed(from: number, to: number | undefined): Measured {
  return to === undefined ? { value: 'never', samples: 1 } : { value: to - from, samples: 1 };
}

function check(
  arm: ArmName,
  name: string,
  target: Target,
  unit: string,
  minSamples: number,
  measure: ArmCheck['measure'],
): Check {
  return { arm, name, target, unit, minSamples, measure };
}

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended: with_ }: Arms, p: Parameters): readonly [string, string] {
  const lost = broken(undefended);
  const open = whileOpen(with_);
  const wait = seconds(lost.failed.latency(50));
  const first =
    p.fault === 'pause'
      ? `Without the breaker, ${count(lost.failed.count, lost.count)} requests of the outage failed, after ${wait} each, because a silent service lets every caller wait for the timeout; up to ${String(undefended.samples.peakWaiting(undefended.fault.provedAt, undefended.fault.healedAt))} waited at once.`
      : `Without the breaker, ${count(lost.failed.count, lost.count)} requests of the outage failed, each after ${wait}: a dead service refuses at once, so nobody waits, but nobody is served either.`;
  const opening = openingOf(with_);
  const second = opening
    ? `With it, the gateway stopped asking ${seconds(opening.openedAt - with_.fault.injectedAt)} after the fault and answered ${count(open.answered.count, open.count)} requests from its last good copy in ${seconds(open.answered.latency(50))} (median), until a test request got through.`
    : 'With it, nothing changed: the breaker never opened.';
  return [first, second];
}

/** 0: an error after the timeout; 1: an error at once; 2: the last good copy at once. */
export function answerOfThePrediction({ defended: with_ }: Arms): number {
  const outage = broken(with_);
  const quickCopies = outage.where((sample) => isAnswered(sample) && latencyOf(sample) <= INSTANT_MS).count;
  const slow = outage.where((sample) => isFailed(sample) && latencyOf(sample) > INSTANT_MS).count;
  if (quickCopies > outage.count / 2) return 2;
  return slow > outage.count / 2 ? 0 : 1;
}

function count(part: number, whole: number): string {
  return `${String(part)} of ${String(whole)}`;
}

function seconds(ms: number | undefined): string {
  if (ms === undefined) return 'no time';
  return ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
