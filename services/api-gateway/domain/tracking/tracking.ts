import type { Counter, Gauge } from 'prom-client';
import { AppError } from '@quickbite/shared/errors';
import { signIdentity } from '@quickbite/shared/identity';
import type { UpstreamResponse } from '@quickbite/shared/resilience';
import type { GatewayKnobs } from '../../knobs.js';
import type { Ask } from '../ask-upstream.js';
import type { Authenticate, Caller } from '../authenticate.js';
import { readSnapshot } from './read-snapshot.js';
import { createTrackedOrder } from './tracked-order.js';
import type { TrackedOrder } from './tracked-order.js';
import type { Position } from './tracking-event.js';
import type { TrackingChannel } from './tracking-channel.js';
import { createViewers } from './viewers.js';

/** What tracking works with. */
export interface TrackingTools {
  readonly ask: Ask;
  readonly authenticate: Authenticate;
  readonly identitySecret: string;
  readonly channel: TrackingChannel;
  readonly knobs: GatewayKnobs;
  readonly viewing: Gauge;
  readonly ended: Counter<'reason'>;
}

/** Somebody who wants to see an order move. */
export interface TrackingRequest {
  readonly orderId: string;
  readonly caller: Caller;
  /** The header that `caller` was read from: it is checked again while the order is watched. */
  readonly authorization: string | undefined;
  /** What the viewer has seen already. */
  readonly since?: Position | undefined;
}

export type TrackingResult =
  | { readonly type: 'tracked'; readonly order: TrackedOrder }
  | { readonly type: 'refused'; readonly answer: UpstreamResponse };

/** Live tracking of orders, whatever carries it. */
export interface Tracking {
  /**
   * Authorises the viewer and prepares the present state; nothing is sent before `order.start`.
   * @throws AppError `too-many-requests` beyond the limit of an account, `not-ready` without Redis or while shutting down
   */
  open(request: TrackingRequest): Promise<TrackingResult>;
  /** Ends all of it. */
  close(): void;
}

/** Creates live tracking on a channel that all gateways share: which of them a viewer is at does not matter. */
export function createTracking(tools: TrackingTools): Tracking {
  const { channel, knobs, ask, identitySecret } = tools;
  const viewers = createViewers();
  const open = new Set<TrackedOrder>();
  let closing = false;

  return {
    async open({ orderId, caller, authorization, since }) {
      if (closing) throw new AppError('not-ready', 'The gateway is shutting down. Connect again.');
      const leave = viewers.enter(caller.userId, knobs.get('tracking.maxPerAccount'));
      const snapshot = () =>
        readSnapshot(ask, { orderId, identity: signIdentity(caller, identitySecret), now: () => new Date() });
      const order = createTrackedOrder({
        since,
        expiresAt: caller.token.expiresAt,
        heartbeatMs: knobs.get('tracking.heartbeatMs'),
        snapshot,
        stillGood: () => tools.authenticate(authorization),
        onEnd(reason) {
          leave();
          if (open.delete(order)) tools.viewing.dec();
          tools.ended.inc({ reason });
        },
      });
      try {
        // First the subscription, then the state: what happens in between is queued, not lost.
        order.unsubscribeWith(await channel.subscribe(orderId, order));
        const present = await snapshot();
        if (present.type === 'refused') {
          order.stop('refused');
          return present;
        }
        order.prepare(present.events);
        open.add(order);
        tools.viewing.inc();
        return { type: 'tracked', order };
      } catch (error) {
        order.stop('refused');
        throw error;
      }
    },
    close() {
      closing = true;
      for (const order of open) order.stop('shutdown');
      channel.close();
    },
  };
}
