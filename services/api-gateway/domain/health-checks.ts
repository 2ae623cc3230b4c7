import { AppError } from '@quickbite/shared/errors';
import type { Attempt, InstanceClient } from './answer.js';

/** What is asked of instances: whether they can serve, whether they live, or nothing. */
export const checks = ['ready', 'live', 'off'] as const;

/** How instances are asked how they are. */
export interface HealthCheckSettings {
  readonly check: (typeof checks)[number];
  /** From one look at an instance to the next, ms. */
  readonly everyMs: number;
}

/** ms that an instance has to answer. */
const PATIENCE_MS = 1000;
/** Looks in a row that must go without an answer: one is what a busy machine does to an instance that is well. */
const SILENT_LOOKS = 2;

/** Looks at the instances of one service again and again. */
export interface HealthChecks {
  /** What the last look said; true before the first one, and while nothing is asked. */
  passes(url: string): boolean;
  close(): void;
}

/**
 * Asks each instance how it is, so that one which cannot serve, or is about to end, gets no requests before one has failed there. What
 * it says decides at once, and so does a connection that is refused. Who is alone is not asked: there is no choice.
 * @param onChange told when an instance begins or ceases to pass
 */
export function startHealthChecks(options: {
  readonly instances: readonly { readonly url: string; readonly client: Pick<InstanceClient, 'send'> }[];
  readonly settings: () => HealthCheckSettings;
  readonly onChange: (change: { readonly url: string; readonly passes: boolean }) => void;
}): HealthChecks {
  const { instances, settings, onChange } = options;
  const failing = new Set<string>();
  const silent = new Map<string, number>();
  const timers = new Map<string, NodeJS.Timeout>();
  let closed = false;

  async function look({ url, client }: (typeof instances)[number]): Promise<void> {
    const { check } = settings();
    const seen = check === 'off' ? 'well' : await ask(client, `/health/${check}`);
    if (closed) return;
    silent.set(url, seen === 'silent' ? (silent.get(url) ?? 0) + 1 : 0);
    if (seen !== 'silent' || silent.get(url) === SILENT_LOOKS) decide(url, seen === 'well');
    timers.set(
      url,
      setTimeout(() => void look({ url, client }), settings().everyMs),
    );
  }

  function decide(url: string, passes: boolean): void {
    if (passes !== failing.has(url)) return;
    if (passes) failing.delete(url);
    else failing.add(url);
    onChange({ url, passes });
  }

  if (instances.length > 1) for (const instance of instances) void look(instance);
  return {
    passes: (url) => settings().check === 'off' || !failing.has(url),
    close() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

async function ask(client: Pick<InstanceClient, 'send'>, path: string): Promise<'well' | 'unwell' | 'silent'> {
  const attempt: Attempt = { method: 'GET', path, timeoutMs: PATIENCE_MS };
  try {
    return (await client.send(attempt)).status === 200 ? 'well' : 'unwell';
  } catch (error) {
    return error instanceof AppError && error.slug === 'upstream-timeout' ? 'silent' : 'unwell';
  }
}
