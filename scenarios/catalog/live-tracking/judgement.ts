import { atLeast, atMost, exactly, ratio } from '../../protocol/index.js';
import type { ArmMeasurements, ArmName, Check, MeasuredArms, Target } from '../../protocol/index.js';

/** The four apps. */
export const WAYS = {
  slow: 'slow polling',
  fast: 'fast polling',
  events: 'server-sent events',
  socket: 'websocket',
} as const;
const APPS = Object.keys(WAYS).length;

/** Positions that are sent while nobody is connected, and after those that come back are back. */
export const UNSEEN = 3;
export const AFTER_RETURN = 3;

/** What the story measures. */
export const values = {
  seen: (way: string) => `positions seen, ${way}`,
  requests: (way: string) => `requests for a position, ${way}`,
  bytes: (way: string) => `bytes for a position, ${way}`,
  age: (way: string) => `age on the screen, ${way}`,
  resumed: 'apps that know where things stand after the gateway died',
  current: 'apps that show the last position',
  behind: 'positions that the last of them is behind',
  delivered: 'apps that see the delivery',
  repeated: 'positions pushed twice',
} as const;

interface Parameters {
  readonly positions: number;
}

/** The checks of a run. */
export function checksFor({ positions }: Parameters): readonly Check[] {
  const check = (arm: ArmName, name: string, target: Target, minSamples: number, unit = ''): Check => ({
    arm,
    name,
    target,
    minSamples,
    unit,
    measure: (m) => m.value(name),
  });
  /** How many times as much one way takes as another, while all four watch the same driver. */
  const times = (name: string, of: (way: string) => string, way: string, than: string, target: Target): Check => ({
    arm: 'defended',
    name: `${name}, ${way} / ${than}`,
    target,
    // Slow polling sees few positions, which is the point.
    minSamples: 2,
    measure: (m) => ratio(m.value(of(way)), m.value(of(than))),
  });
  return [
    // Six positions between two looks: of those, one is seen. Twice as many are allowed, and the first and the last look.
    check('defended', values.seen(WAYS.slow), atMost(50), positions, '%'),
    // Two that come within one flush are one; a busy machine has more of those.
    check('defended', values.seen(WAYS.events), atLeast(70), positions, '%'),
    check('defended', values.seen(WAYS.socket), atLeast(70), positions, '%'),
    // One request for the whole trip, against two looks between two positions, and one where answers are slow.
    times('requests', values.requests, WAYS.fast, WAYS.events, atLeast(4)),
    // The headers of a request and an answer with all the details, twice, against one event of 250 bytes.
    times('bytes', values.bytes, WAYS.fast, WAYS.events, atLeast(2)),
    times('bytes', values.bytes, WAYS.fast, WAYS.socket, atLeast(2)),
    // Half of its pause, against half of the driver's: about six times.
    times('age on the screen', values.age, WAYS.slow, WAYS.events, atLeast(2)),
    times('age on the screen', values.age, WAYS.slow, WAYS.socket, atLeast(2)),

    check('undefended', values.resumed, exactly(0), APPS),
    check('undefended', values.behind, atLeast(UNSEEN + AFTER_RETURN), positions),
    check('undefended', values.delivered, exactly(0), APPS),
    check('defended', values.resumed, exactly(APPS), APPS),
    check('defended', values.current, exactly(APPS), APPS),
    check('defended', values.behind, exactly(0), positions),
    check('defended', values.delivered, exactly(APPS), APPS),
    check('defended', values.repeated, exactly(0), 2),
  ];
}

const number = (m: ArmMeasurements, name: string): string => String(m.value(name).value ?? 'an unknown number of');

/** Why it came out so, with the numbers of this run. */
export function explain({ undefended, defended }: MeasuredArms): readonly [string, string] {
  const of = (name: (way: string) => string, way: string): string => number(defended, name(way));
  return [
    `Polling pays for looks, pushes for news: fast polling took ${of(values.requests, WAYS.fast)} requests and ${of(values.bytes, WAYS.fast)} bytes for a position, server-sent events ${of(values.bytes, WAYS.events)} bytes and a websocket ${of(values.bytes, WAYS.socket)} on one connection; slow polling saved requests, saw ${of(values.seen, WAYS.slow)} % of the positions and showed one ${of(values.age, WAYS.slow)} ms old, the streams ${of(values.age, WAYS.events)} ms.`,
    `When the gateway died, ${number(undefended, values.delivered)} of ${String(APPS)} apps that did not come back saw the delivery, and ${number(defended, values.delivered)} that did: any gateway reads the present state from the services first and then pushes what is newer than the viewer's last event, so ${number(defended, values.repeated)} positions came twice and nobody ended up behind.`,
  ];
}

/** 0: what they missed; 1: nothing that matters; 2: everything. */
export function answerOfThePrediction({ defended }: MeasuredArms): number {
  if (defended.value(values.delivered).value !== APPS) return 2;
  return defended.value(values.resumed).value === APPS ? 1 : 0;
}
