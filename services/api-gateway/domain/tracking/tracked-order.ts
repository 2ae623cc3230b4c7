import type { SnapshotResult } from './read-snapshot.js';
import { START, advance, isFinal } from './tracking-event.js';
import type { Position, TrackingEvent } from './tracking-event.js';
import type { TrackingListener } from './tracking-channel.js';

/**
 * Why a viewer gets no more. `finished`: the order is over; `signed-out`: the token has expired or was revoked; `too-slow`: it
 * did not read; `gone`: it left; `refused`: it never began, or may not see the order any more.
 */
export type EndReason = 'finished' | 'signed-out' | 'shutdown' | 'too-slow' | 'gone' | 'refused';

/** The viewer's end of it. */
export interface Viewer {
  send(event: TrackingEvent, position: Position): void;
  heartbeat(): void;
  /** Called once, last. */
  end(reason: EndReason): void;
}

/** An order under the eyes of one viewer. */
export interface TrackedOrder extends TrackingListener {
  unsubscribeWith(unsubscribe: () => void): void;
  /** Takes the present state; it is sent first. */
  prepare(events: readonly TrackingEvent[]): void;
  /** True when the viewer has seen the end of the order already: there is nothing to wait for. */
  isOver(): boolean;
  start(viewer: Viewer): void;
  stop(reason: EndReason): void;
}

/** Sends each viewer the present state and then what is newer, in order, until order, token or viewer are at their end. */
export function createTrackedOrder(options: {
  readonly since: Position | undefined;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly heartbeatMs: number;
  readonly snapshot: () => Promise<SnapshotResult>;
  /** Rejects when the viewer's token is no longer good. */
  readonly stillGood: () => Promise<unknown>;
  readonly onEnd: (reason: EndReason) => void;
}): TrackedOrder {
  const { since, expiresAt, heartbeatMs, snapshot, stillGood, onEnd } = options;
  const waiting: TrackingEvent[] = [];
  const timers: NodeJS.Timeout[] = [];
  let position = since ?? START;
  let viewer: Viewer | undefined;
  let unsubscribe: (() => void) | undefined;
  let ended = false;

  function deliver(event: TrackingEvent): void {
    if (ended) return;
    if (!viewer) {
      waiting.push(event);
      return;
    }
    const next = advance(position, event);
    if (next) {
      position = next;
      viewer.send(event, position);
    }
    if (isFinal(event)) stop('finished');
  }

  function stop(reason: EndReason): void {
    if (ended) return;
    ended = true;
    for (const timer of timers) clearTimeout(timer);
    unsubscribe?.();
    onEnd(reason);
    viewer?.end(reason);
  }

  async function beat(): Promise<void> {
    viewer?.heartbeat();
    try {
      await stillGood();
    } catch {
      stop('signed-out');
    }
  }

  async function catchUp(): Promise<void> {
    const present = await snapshot();
    if (present.type === 'refused') stop('refused');
    else for (const event of present.events) deliver(event);
  }

  return {
    onEvent: deliver,
    onGap() {
      // A service that is away now does not end the stream: what comes next is delivered all the same.
      if (viewer) void catchUp().catch(() => undefined);
    },
    unsubscribeWith(given) {
      if (ended) given();
      else unsubscribe = given;
    },
    prepare(events) {
      waiting.unshift(...events);
    },
    isOver: () => waiting.some((event) => isFinal(event) && advance(position, event) === undefined),
    start(given) {
      viewer = given;
      timers.push(setTimeout(() => stop('signed-out'), Math.max(0, expiresAt * 1000 - Date.now())));
      timers.push(setInterval(() => void beat(), heartbeatMs));
      for (const event of waiting.splice(0)) deliver(event);
    },
    stop,
  };
}
