import { z } from 'zod';
import type { UpstreamResponse } from '@quickbite/shared/resilience';
import { geoPoint } from '@quickbite/shared/http';
import { askForJson } from '../ask-upstream.js';
import type { Ask } from '../ask-upstream.js';
import { isFinal } from './tracking-event.js';
import type { TrackingEvent } from './tracking-event.js';

const order = z.object({
  status: z.string(),
  driverId: z.string().nullish(),
  updatedAt: z.iso.datetime(),
  history: z.array(z.object({ at: z.iso.datetime() })).default([]),
});
const driver = z.object({ location: geoPoint, updatedAt: z.iso.datetime().optional() });

/** `refused`: order-service's own answer to somebody who may not see the order. */
export type SnapshotResult =
  | { readonly type: 'snapshot'; readonly events: readonly TrackingEvent[] }
  | { readonly type: 'refused'; readonly answer: UpstreamResponse };

/**
 * The present state of an order as the events that led to it. Asked as the viewer, so that order-service decides who may see it.
 * @throws AppError when order-service fails; without driver-service the position is left out
 */
export async function readSnapshot(
  ask: Ask,
  { orderId, identity, now }: { readonly orderId: string; readonly identity: string; readonly now: () => Date },
): Promise<SnapshotResult> {
  const answer = await ask({ upstream: 'order-service', path: `/api/orders/${orderId}`, identity });
  if (answer.status !== 200) return { type: 'refused', answer };
  const { status, driverId, history, updatedAt } = order.parse(JSON.parse(answer.body.toString('utf8')));
  const reached: TrackingEvent = { type: 'status', orderId, status, at: history.at(-1)?.at ?? updatedAt };
  // Where the driver goes after the delivery is nobody's business.
  if (!driverId || isFinal(reached)) return { type: 'snapshot', events: [reached] };
  try {
    const found = driver.parse(
      await askForJson(ask, { upstream: 'driver-service', path: `/api/drivers/${driverId}`, identity }),
    );
    const at = found.updatedAt ?? now().toISOString();
    return { type: 'snapshot', events: [reached, { type: 'location', orderId, location: found.location, at }] };
  } catch {
    return { type: 'snapshot', events: [reached] };
  }
}
