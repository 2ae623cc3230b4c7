import type { EventEnvelope } from '@quickbite/shared/events';
import type { GeoPoint, Money } from '@quickbite/shared/http';
import { Schema } from 'mongoose';
import type { Connection, Model, Types } from 'mongoose';

export const RESTAURANTS = 'restaurants';

/** A restaurant as it is stored. */
export interface RestaurantDocument {
  readonly _id: Types.ObjectId;
  readonly ownerId: Types.ObjectId;
  readonly name: string;
  readonly description: string;
  readonly cuisine: string;
  readonly location: GeoPoint;
  readonly menu: readonly { readonly _id: Types.ObjectId; readonly name: string; readonly price: Money }[];
  /** Where its dishes have documents of their own: which they are. `menu` is empty then. */
  readonly menuItemIds?: readonly Types.ObjectId[];
  readonly rating: number | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Closed for good. The document stays until its event is published, and for those who refer to it. */
  readonly closedAt?: Date;
  readonly outbox: readonly EventEnvelope[];
}

const price = {
  amount: { type: Number, required: true, min: 0 },
  currency: { type: String, required: true },
};

const schema = new Schema<RestaurantDocument>(
  {
    ownerId: { type: Schema.Types.ObjectId, required: true },
    name: { type: String, required: true },
    description: { type: String, default: '' },
    cuisine: { type: String, required: true },
    location: {
      type: { type: String, enum: ['Point'], required: true },
      coordinates: { type: [Number], required: true },
    },
    menu: [{ name: { type: String, required: true }, price }],
    menuItemIds: { type: [Schema.Types.ObjectId], default: undefined },
    rating: { type: Number, default: null },
    version: { type: Number, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    closedAt: Date,
    outbox: [Schema.Types.Mixed],
  },
  { collection: RESTAURANTS, versionKey: false, strict: 'throw' },
);
// A match in the name says more than one in the description.
schema.index(
  { name: 'text', cuisine: 'text', description: 'text' },
  { weights: { name: 5, cuisine: 3, description: 1 } },
);
schema.index({ location: '2dsphere' });
schema.index({ cuisine: 1, _id: -1 });
schema.index({ ownerId: 1, _id: -1 });
schema.index({ 'outbox.id': 1 });

/** Registers the model and creates its indexes. */
export async function createRestaurantModel(connection: Connection): Promise<Model<RestaurantDocument>> {
  const model = connection.model<RestaurantDocument>('Restaurant', schema);
  await model.createIndexes();
  return model;
}
