import type { EventEnvelope } from '@quickbite/shared/events';
import type { GeoPoint } from '@quickbite/shared/http';
import { Schema } from 'mongoose';
import type { Connection, Model, Types } from 'mongoose';
import { statuses, vehicles } from '../domain/driver.js';
import { averageRating } from '../domain/rating.js';
import type { Driver, DriverMetrics, DriverStatus, Offer, Vehicle } from '../domain/driver.js';

/** A driver as it is stored. */
export interface DriverDocument {
  readonly _id: Types.ObjectId;
  readonly userId: Types.ObjectId;
  readonly name?: string;
  readonly vehicle: Vehicle;
  readonly status: DriverStatus;
  readonly location: GeoPoint;
  /** When the driver was there. */
  readonly locatedAt: Date;
  /** When the driver last gave a sign of life. */
  readonly lastSeenAt: Date;
  /** When a position last went into the history. */
  readonly historyAt: Date;
  readonly locationHistory: readonly { readonly location: GeoPoint; readonly at: Date }[];
  readonly currentOrderId?: Types.ObjectId;
  /** What is published when the driver accepts, and until when they may. */
  readonly offer?: { readonly event: EventEnvelope<'driver.assigned'>; readonly expiresAt: Date };
  readonly metrics: StoredMetrics;
  /** Orders whose ratings are counted, the last ones: no message comes again after so many others. */
  readonly ratedOrders?: readonly Types.ObjectId[];
  readonly outbox: readonly EventEnvelope[];
  readonly updatedAt: Date;
}

/**
 * `deliveriesToday` counts those of `day` (UTC, `2026-03-01`): on any other day there are none yet. `rating` is what the driver
 * started with; what customers gave is added up beside it.
 */
export interface StoredMetrics extends DriverMetrics {
  readonly ratingSum: number;
  readonly ratingCount: number;
  readonly day: string;
}

/** The metrics of somebody who has delivered nothing yet. */
export const newMetrics: StoredMetrics = {
  rating: 5,
  ratingSum: 0,
  ratingCount: 0,
  deliveriesToday: 0,
  totalDeliveries: 0,
  day: '',
};

/** The day that deliveries are counted by. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

const point = {
  type: { type: String, enum: ['Point'], required: true },
  coordinates: { type: [Number], required: true },
};

const schema = new Schema<DriverDocument>(
  {
    userId: { type: Schema.Types.ObjectId, required: true },
    name: String,
    vehicle: { type: String, enum: vehicles, required: true },
    status: { type: String, enum: statuses, required: true },
    location: point,
    locatedAt: { type: Date, required: true },
    lastSeenAt: { type: Date, required: true },
    historyAt: { type: Date, required: true },
    locationHistory: [{ _id: false, location: point, at: { type: Date, required: true } }],
    currentOrderId: Schema.Types.ObjectId,
    offer: Schema.Types.Mixed,
    metrics: {
      rating: Number,
      ratingSum: Number,
      ratingCount: Number,
      deliveriesToday: Number,
      totalDeliveries: Number,
      day: String,
    },
    ratedOrders: { type: [Schema.Types.ObjectId], default: undefined },
    outbox: [Schema.Types.Mixed],
    updatedAt: { type: Date, required: true },
  },
  { collection: 'drivers', versionKey: false, strict: 'throw' },
);
schema.index({ userId: 1 }, { unique: true });
schema.index({ location: '2dsphere', status: 1 });
// Two drivers for one order are impossible, whatever the code does.
schema.index({ currentOrderId: 1 }, { unique: true, partialFilterExpression: { currentOrderId: { $exists: true } } });
schema.index({ 'outbox.id': 1 }, { sparse: true });
schema.index({ 'offer.expiresAt': 1 }, { sparse: true });

/** Registers the model and creates its indexes. */
export async function createDriverModel(connection: Connection): Promise<Model<DriverDocument>> {
  const model = connection.model<DriverDocument>('Driver', schema);
  await model.createIndexes();
  return model;
}

/** A plain object, without what only the storage needs. */
export function toDriver(document: DriverDocument, now: Date): Driver {
  return {
    id: String(document._id),
    userId: String(document.userId),
    ...(document.name !== undefined && { name: document.name }),
    vehicle: document.vehicle,
    status: document.status,
    location: document.location,
    locatedAt: document.locatedAt.toISOString(),
    ...(document.currentOrderId && { currentOrderId: String(document.currentOrderId) }),
    ...(document.offer && { offer: toOffer(document.offer) }),
    metrics: toMetrics(document.metrics, now),
    updatedAt: document.updatedAt.toISOString(),
  };
}

/** What counts now: yesterday's deliveries are not today's. */
export function toMetrics(stored: StoredMetrics, now: Date): DriverMetrics {
  const { rating, ratingSum: sum, ratingCount: count, deliveriesToday, totalDeliveries, day } = stored;
  return {
    rating: averageRating(rating, { sum, count }),
    deliveriesToday: day === dayOf(now) ? deliveriesToday : 0,
    totalDeliveries,
  };
}

function toOffer({ event, expiresAt }: NonNullable<DriverDocument['offer']>): Offer {
  const { distanceMeters, tripMeters = distanceMeters } = event.data;
  return { expiresAt: expiresAt.toISOString(), distanceMeters, tripMeters };
}
