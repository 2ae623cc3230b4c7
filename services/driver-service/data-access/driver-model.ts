import type { EventEnvelope } from '@quickbite/shared/events';
import type { GeoPoint } from '@quickbite/shared/http';
import { Schema } from 'mongoose';
import type { Connection, Model, Types } from 'mongoose';
import { vehicles } from '../domain/driver.js';
import type { Driver, DriverStatus, Vehicle } from '../domain/driver.js';

/** A driver as it is stored. */
export interface DriverDocument {
  readonly _id: Types.ObjectId;
  readonly userId: Types.ObjectId;
  readonly vehicle: Vehicle;
  readonly status: DriverStatus;
  readonly location: GeoPoint;
  readonly locationHistory: readonly { readonly location: GeoPoint; readonly at: Date }[];
  readonly currentOrderId?: Types.ObjectId;
  readonly outbox: readonly EventEnvelope[];
  readonly updatedAt: Date;
}

const point = {
  type: { type: String, enum: ['Point'], required: true },
  coordinates: { type: [Number], required: true },
};

const schema = new Schema<DriverDocument>(
  {
    userId: { type: Schema.Types.ObjectId, required: true },
    vehicle: { type: String, enum: vehicles, required: true },
    status: { type: String, enum: ['available', 'busy', 'offline'], required: true },
    location: point,
    locationHistory: [{ _id: false, location: point, at: { type: Date, required: true } }],
    currentOrderId: Schema.Types.ObjectId,
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

/** Registers the model and creates its indexes. */
export async function createDriverModel(connection: Connection): Promise<Model<DriverDocument>> {
  const model = connection.model<DriverDocument>('Driver', schema);
  await model.createIndexes();
  return model;
}

/** A plain object, without what only the storage needs. */
export function toDriver(document: DriverDocument): Driver {
  return {
    id: String(document._id),
    userId: String(document.userId),
    vehicle: document.vehicle,
    status: document.status,
    location: document.location,
    ...(document.currentOrderId && { currentOrderId: String(document.currentOrderId) }),
    updatedAt: document.updatedAt.toISOString(),
  };
}
