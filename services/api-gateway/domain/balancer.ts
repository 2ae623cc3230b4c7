import { AppError } from '@quickbite/shared/errors';
import type { Answer, Attempt, InstanceClient } from './answer.js';
import { BrokenUpload } from './upload.js';

/** When an instance that keeps failing is left out, and for how long. */
export interface EjectionSettings {
  readonly enabled: boolean;
  /** Failures in a row after which an instance is left out. */
  readonly failures: number;
  /** How long it is left out the first time, ms; each further time in a row twice as long. */
  readonly baseMs: number;
}

/** No instance is left out for longer than this, ms. */
const MAX_EJECTION_MS = 300_000;

/** How an instance is doing. */
export interface InstanceSnapshot {
  readonly url: string;
  readonly inFlight: number;
  /** It passes the health checks. */
  readonly passes: boolean;
  readonly ejected: boolean;
  /** How often it was left out since the start. */
  readonly ejections: number;
}

/** The instances of one service, and the choice between them. */
export interface Balancer {
  /** Sends to an instance that is well, and not to `avoid` if there is another. */
  send(attempt: Attempt, avoid?: string): Promise<Answer & { readonly instance: string }>;
  /** Sends to an instance without judging it by the answer. For what is no request of a client, such as health. */
  probe(attempt: Attempt): Promise<Answer>;
  /** Whether there is an instance beside this one that is well: passes the health checks, and is not left out. */
  hasOther(instance: string): boolean;
  snapshot(): readonly InstanceSnapshot[];
  close(): Promise<void>;
}

interface Instance {
  readonly url: string;
  readonly client: InstanceClient;
  inFlight: number;
  failuresInARow: number;
  /** How often it was left out without a success in between. */
  ejectionsInARow: number;
  ejections: number;
  ejectedUntil: number;
}

/** An attempt failed at this instance. `cause` is what it failed with. */
export class FailedAttempt extends Error {
  override readonly name = 'FailedAttempt';
  readonly instance: string;

  constructor(instance: string, cause: AppError) {
    super(cause.message, { cause });
    this.instance = instance;
  }
}

/**
 * Balances by the power of two choices: of two instances picked at random the one with fewer calls under way. That is nearly as
 * even as asking all of them, and does not stampede to the one that looks empty (Mitzenmacher, 2001). Instances are judged by
 * what they answer to real requests: a timeout, a broken connection or a 5xx is a failure. Beside that, health checks may say that
 * one does not pass. The last one left is never left out; when none passes, all are asked: what they share may be what is away, and
 * their answers say more than ours would.
 */
export function createBalancer(options: {
  readonly instances: readonly { readonly url: string; readonly client: InstanceClient }[];
  readonly settings: () => EjectionSettings;
  /** What the health checks say of an instance. Default: that it passes. */
  readonly passes?: (url: string) => boolean;
  readonly onEjection: (ejection: { readonly url: string; readonly forMs: number }) => void;
  readonly now?: () => number;
  readonly random?: () => number;
}): Balancer {
  const { settings, onEjection, passes = () => true, now = () => performance.now(), random = Math.random } = options;
  const instances = options.instances.map(({ url, client }): Instance => {
    return { url, client, inFlight: 0, failuresInARow: 0, ejectionsInARow: 0, ejections: 0, ejectedUntil: -Infinity };
  });

  const isEjected = ({ ejectedUntil }: Instance): boolean => settings().enabled && ejectedUntil > now();
  const isWell = (instance: Instance): boolean => !isEjected(instance) && passes(instance.url);

  function choose(avoid: string | undefined): Instance {
    const [only] = instances;
    if (only && instances.length === 1) return only;
    // That it has just failed is newer than what is known of the others.
    const others = instances.filter(({ url }) => url !== avoid);
    const passing = others.filter(({ url }) => passes(url));
    const well = passing.filter((instance) => !isEjected(instance));
    const candidates = [well, passing, others].find(({ length }) => length > 0) ?? [];
    const first = candidates[Math.floor(random() * candidates.length)];
    const rest = candidates.filter((candidate) => candidate !== first);
    const second = rest[Math.floor(random() * rest.length)];
    if (!first) throw new Error('expected at least one instance of each service');
    return second && second.inFlight < first.inFlight ? second : first;
  }

  function judge(instance: Instance, failed: boolean): void {
    if (!failed) {
      instance.failuresInARow = 0;
      instance.ejectionsInARow = 0;
      return;
    }
    instance.failuresInARow += 1;
    const { enabled, failures, baseMs } = settings();
    const othersAreWell = instances.some((other) => other !== instance && isWell(other));
    if (!enabled || instance.failuresInARow < failures || isEjected(instance) || !othersAreWell) return;
    const forMs = Math.min(MAX_EJECTION_MS, baseMs * 2 ** instance.ejectionsInARow);
    instance.ejectedUntil = now() + forMs;
    instance.ejectionsInARow += 1;
    instance.ejections += 1;
    // When it is back, one more failure is enough to leave it out again.
    instance.failuresInARow = failures - 1;
    onEjection({ url: instance.url, forMs });
  }

  return {
    async send(attempt, avoid) {
      const instance = choose(avoid);
      instance.inFlight += 1;
      let rest: Answer['rest'];
      try {
        const answer = await instance.client.send(attempt);
        rest = answer.rest;
        judge(instance, answer.status >= 500);
        return { ...answer, instance: instance.url };
      } catch (error) {
        if (error instanceof BrokenUpload) throw error;
        judge(instance, true);
        throw error instanceof AppError ? new FailedAttempt(instance.url, error) : error;
      } finally {
        if (rest) void rest.done.then(() => (instance.inFlight -= 1));
        else instance.inFlight -= 1;
      }
    },
    probe: (attempt) => choose(undefined).client.send(attempt),
    hasOther: (url) => instances.some((other) => other.url !== url && isWell(other)),
    snapshot: () =>
      instances.map((instance) => {
        const { url, inFlight, ejections } = instance;
        return { url, inFlight, passes: passes(url), ejected: isEjected(instance), ejections };
      }),
    async close() {
      await Promise.all(instances.map(({ client }) => client.close()));
    },
  };
}
