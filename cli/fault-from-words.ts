import { ExpectedError } from '@quickbite/runtime/errors';
import {
  bandwidth,
  down,
  faultNames,
  isolate,
  kill,
  latency,
  partition,
  pause,
  reset,
  restart,
  stop,
  timeout,
} from '@quickbite/scenarios/faults';
import type { FaultName, FaultPlan } from '@quickbite/scenarios/faults';
import { nearestName } from './nearest-name.js';

/** The flags that tune a fault. */
export interface FaultFlags {
  readonly ms?: number | undefined;
  readonly jitter?: number | undefined;
  readonly kbps?: number | undefined;
  readonly graceful?: boolean | undefined;
}

const defaults = { ms: 200, kbps: 64 };

/** Which flags a fault listens to; one that it does not is a mistake, not to be passed over. */
const listensTo: Readonly<Partial<Record<FaultName, readonly (keyof FaultFlags)[]>>> = {
  latency: ['ms', 'jitter'],
  bandwidth: ['kbps'],
  restart: ['graceful'],
};

/**
 * Makes the plan of a fault from what was typed.
 * @param where a process, or `from:to`, with commas between several
 * @throws ExpectedError when it makes no sense; whether the stack has such a process or link is seen later
 */
export function planFault(what: string, where: string, flags: FaultFlags): FaultPlan {
  const name = faultNames.find((known) => known === what);
  if (!name) throw unknownFault(what);
  for (const flag of ['ms', 'jitter', 'kbps', 'graceful'] as const) {
    if (flags[flag] !== undefined && !listensTo[name]?.includes(flag)) throw idleFlag(name, flag);
  }
  switch (name) {
    case 'kill':
      return kill(processIn(name, where));
    case 'pause':
      return pause(processIn(name, where));
    case 'stop':
      return stop(processIn(name, where));
    case 'isolate':
      return isolate(processIn(name, where));
    case 'restart':
      return restart(processIn(name, where), { graceful: flags.graceful ?? false });
    case 'latency':
      return latency(linkIn(name, where), { ms: flags.ms ?? defaults.ms, jitterMs: flags.jitter ?? 0 });
    case 'bandwidth':
      return bandwidth(linkIn(name, where), { kbps: flags.kbps ?? defaults.kbps });
    case 'timeout':
      return timeout(linkIn(name, where));
    case 'reset':
      return reset(linkIn(name, where));
    case 'down':
      return down(linkIn(name, where));
    case 'partition':
      return partition(...where.split(',').map((link) => linkIn(name, link)));
  }
}

function processIn(name: FaultName, where: string): string {
  if (!/[:,]/.test(where)) return where;
  throw usage(
    `${name} breaks one process, not "${where}".`,
    `For example "quickbite fault ${name} restaurant-service".`,
  );
}

function linkIn(name: FaultName, text: string): { from: string; to: string } {
  const [from = '', to = '', ...more] = text.split(':');
  if (from !== '' && to !== '' && more.length === 0 && !text.includes(',')) return { from, to };
  throw usage(
    `${name} disturbs a link, written from:to, not "${text}".`,
    name === 'partition' && !/[:,]/.test(text)
      ? `"quickbite fault isolate ${text}" cuts all links of a process.`
      : `For example "quickbite fault ${name} restaurant-service:redis".`,
  );
}

function unknownFault(what: string): ExpectedError {
  const meant = nearestName(what, faultNames);
  return usage(
    `There is no fault "${what}".`,
    meant ? `Did you mean "quickbite fault ${meant}"?` : `Choose one of ${faultNames.join(', ')}.`,
  );
}

function idleFlag(name: FaultName, flag: keyof FaultFlags): ExpectedError {
  const its = (listensTo[name] ?? []).map((known) => `--${known}`);
  return usage(
    `--${flag} means nothing to ${name}.`,
    its.length > 0 ? `It listens to ${its.join(' and ')}.` : 'Leave it out.',
  );
}

const usage = (message: string, next: string): ExpectedError => new ExpectedError(message, { next, exitCode: 2 });
