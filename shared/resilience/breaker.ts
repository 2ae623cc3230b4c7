import CircuitBreaker from 'opossum';
import { AppError } from '../errors/index.js';

export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/** How a circuit breaker decides. */
export interface BreakerSettings {
  readonly enabled: boolean;
  /** Percent of failed calls in the window that opens it. */
  readonly errorThresholdPercentage: number;
  /** Length of the window, ms. */
  readonly rollingWindowMs: number;
  /** Calls in the window before it may open. */
  readonly volumeThreshold: number;
  /** ms from OPEN to HALF_OPEN. */
  readonly resetTimeoutMs: number;
}

/** What the lab and the metrics see of a breaker. */
export interface BreakerSnapshot {
  readonly name: string;
  readonly enabled: boolean;
  readonly state: BreakerState;
  readonly transitions: readonly { readonly at: string; readonly from: BreakerState; readonly to: BreakerState }[];
  /** Calls since the service started. `fired` counts those that reached the action. */
  readonly stats: {
    readonly fired: number;
    readonly succeeded: number;
    readonly failed: number;
    /** Not called, because it was open. */
    readonly rejected: number;
    /** Those of `failed` that had no answer in time. */
    readonly timedOut: number;
    /** Failed or rejected calls that were answered by their fallback. */
    readonly fallbacks: number;
  };
  readonly inFlight: number;
}

/** Thrown instead of calling while the breaker is open. */
export class BreakerOpenError extends Error {
  override readonly name = 'BreakerOpenError';
  /** ms until the breaker lets a call through to see whether the upstream is back. */
  readonly retryAfterMs: number;

  constructor(breaker: string, retryAfterMs: number) {
    super(`The breaker of ${breaker} is open.`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A circuit breaker around calls that may differ in their arguments but share their fate: those to one upstream. */
export interface Breaker {
  /**
   * Calls `action`, unless it is open.
   * @param fallback asked when the call failed or was not made; undefined means that it has nothing. Not asked while the
   * breaker is off: a fallback belongs to it
   * @throws BreakerOpenError without calling; otherwise what `action` throws, which counts as a failure
   */
  run<T>(action: () => Promise<T>, fallback?: () => T | undefined): Promise<T>;
  /** Takes new settings: a new, closed breaker with an empty window, if anything changed. */
  configure(settings: BreakerSettings): void;
  snapshot(): BreakerSnapshot;
  close(): void;
}

const REMEMBERED_TRANSITIONS = 200;

/**
 * Creates a breaker (opossum). It has no timeout of its own: the call carries one, which also frees its socket, and which
 * holds with the breaker off as well.
 */
export function createBreaker(
  name: string,
  initial: BreakerSettings,
  onTransition: (transition: { readonly from: BreakerState; readonly to: BreakerState }) => void = () => undefined,
): Breaker {
  const transitions: { at: string; from: BreakerState; to: BreakerState }[] = [];
  const stats = { fired: 0, succeeded: 0, failed: 0, rejected: 0, timedOut: 0, fallbacks: 0 };
  let inFlight = 0;
  let settings = initial;
  let state: BreakerState = 'CLOSED';
  let openedAt = 0;
  let circuit = build();

  function build(): CircuitBreaker<[() => Promise<unknown>]> {
    const made = new CircuitBreaker<[() => Promise<unknown>]>((action) => action(), {
      name,
      enabled: settings.enabled,
      timeout: false,
      errorThresholdPercentage: settings.errorThresholdPercentage,
      rollingCountTimeout: settings.rollingWindowMs,
      volumeThreshold: settings.volumeThreshold,
      resetTimeout: settings.resetTimeoutMs,
    });
    made.on('open', () => enter('OPEN'));
    made.on('halfOpen', () => enter('HALF_OPEN'));
    made.on('close', () => enter('CLOSED'));
    return made;
  }

  function enter(to: BreakerState): void {
    if (to === state) return;
    const transition = { at: new Date().toISOString(), from: state, to };
    state = to;
    if (to === 'OPEN') openedAt = performance.now();
    transitions.push(transition);
    if (transitions.length > REMEMBERED_TRANSITIONS) transitions.shift();
    onTransition(transition);
  }

  async function measured<T>(action: () => Promise<T>): Promise<T> {
    stats.fired += 1;
    inFlight += 1;
    try {
      const result = await action();
      stats.succeeded += 1;
      return result;
    } catch (error) {
      stats.failed += 1;
      if (error instanceof AppError && error.slug === 'upstream-timeout') stats.timedOut += 1;
      throw error;
    } finally {
      inFlight -= 1;
    }
  }

  async function guarded<T>(action: () => Promise<T>): Promise<T> {
    try {
      return (await circuit.fire(() => measured(action))) as T;
    } catch (error) {
      if (!isOpenError(error)) throw error;
      stats.rejected += 1;
      throw new BreakerOpenError(name, Math.max(0, openedAt + settings.resetTimeoutMs - performance.now()));
    }
  }

  return {
    async run<T>(action: () => Promise<T>, fallback?: () => T | undefined) {
      try {
        return await guarded(action);
      } catch (error) {
        const instead = settings.enabled ? fallback?.() : undefined;
        if (instead === undefined) throw error;
        stats.fallbacks += 1;
        return instead;
      }
    },
    configure(next) {
      if (JSON.stringify(next) === JSON.stringify(settings)) return;
      settings = next;
      circuit.shutdown();
      enter('CLOSED');
      circuit = build();
    },
    snapshot: () => ({
      name,
      enabled: settings.enabled,
      state,
      transitions: [...transitions],
      stats: { ...stats },
      inFlight,
    }),
    close: () => circuit.shutdown(),
  };
}

function isOpenError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EOPENBREAKER';
}
