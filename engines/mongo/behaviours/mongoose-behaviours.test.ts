import mongoose from 'mongoose';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { manual, type Fixture } from './fixture.test.js';

/** What mongoose does with a server, unmodified. */
export function mongooseBehaviours({ db, port }: Fixture): void {
  let connection: mongoose.Connection;
  beforeEach(async () => {
    connection = await mongoose.createConnection(`mongodb://127.0.0.1:${port()}/${db().databaseName}`).asPromise();
  });
  afterEach(() => connection.close());

  const orders = () =>
    connection.model(
      'Order',
      new mongoose.Schema(
        {
          restaurant: { type: mongoose.Schema.Types.ObjectId, ref: 'Restaurant' },
          items: [{ sku: String, qty: Number }],
          status: String,
        },
        { timestamps: true, optimisticConcurrency: true },
      ),
    );
  const restaurants = () =>
    connection.model(
      'Restaurant',
      new mongoose.Schema({
        name: { type: String, unique: true },
        location: { type: { type: String }, coordinates: [Number] },
      }).index({ location: '2dsphere' }),
    );

  describe('mongoose', () => {
    manual('core/index-unique', 'makes the indexes of a schema, and keeps them in step', async () => {
      const Restaurant = restaurants();
      await Restaurant.init();
      await Restaurant.create({ name: 'A', location: { type: 'Point', coordinates: [77.6, 12.9] } });
      await expect(Restaurant.create({ name: 'A' })).rejects.toMatchObject({ code: 11000, keyValue: { name: 'A' } });
      await Restaurant.collection.createIndex({ stale: 1 }, {}, {});
      expect(await Restaurant.syncIndexes()).toEqual(['stale_1']);
      const near = { $near: { $geometry: { type: 'Point', coordinates: [77.6, 12.9] }, $maxDistance: 10 } };
      expect(await Restaurant.find({ location: near })).toHaveLength(1);
    });
    manual('core/write-operations-atomicity', 'saves subdocuments, and refuses a stale version', async () => {
      const Order = orders();
      const order = await Order.create({ items: [{ sku: 's', qty: 1 }], status: 'PENDING' });
      const stale = await Order.findById(order._id).orFail();
      order.items.push({ sku: 't', qty: 2 });
      await order.save();
      stale.status = 'CANCELLED';
      await expect(stale.save()).rejects.toThrow(mongoose.Error.VersionError);
      const saved = await Order.findById(order._id).lean().orFail();
      expect(saved).toMatchObject({ status: 'PENDING', items: [{ qty: 1 }, { sku: 't' }], __v: 1 });
      expect(saved.createdAt).toBeInstanceOf(Date);
    });
    manual('reference/operator/aggregation/lookup', 'populates references', async () => {
      const restaurant = await restaurants().create({ name: 'A' });
      const Order = orders();
      await Order.create({ restaurant: restaurant._id, status: 'X' });
      expect(await Order.findOne().populate('restaurant').lean()).toMatchObject({ restaurant: { name: 'A' } });
    });
    manual('reference/method/db.collection.bulkWrite', 'writes in bulk, and iterates cursors', async () => {
      const Order = orders();
      await Order.insertMany(Array.from({ length: 120 }, (_, n) => ({ status: n % 2 ? 'A' : 'B' })));
      const result = await Order.bulkWrite([
        { updateMany: { filter: { status: 'A' }, update: { $set: { status: 'C' } } } },
        { deleteMany: { filter: { status: 'B' } } },
      ]);
      expect(result).toMatchObject({ modifiedCount: 60, deletedCount: 60 });
      let seen = 0;
      for await (const order of Order.find().cursor({ batchSize: 25 })) seen += order.status === 'C' ? 1 : 0;
      expect(seen).toBe(60);
    });
  });
}
