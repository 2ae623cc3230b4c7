import type { ProcessDef } from './definition.js';
import { apiGateway } from './api-gateway.js';
import { driverService } from './driver-service.js';
import { mongo } from './mongo.js';
import { notificationService } from './notification-service.js';
import { orderService } from './order-service.js';
import { paymentProvider } from './payment-provider.js';
import { rabbitmq } from './rabbitmq.js';
import { redis } from './redis.js';
import { restaurantService } from './restaurant-service.js';
import { toxiproxy } from './toxiproxy.js';
import { userService } from './user-service.js';

/** Everything that a stack can consist of, in the order in which it is listed to people. */
export const catalogue: readonly ProcessDef[] = [
  mongo,
  redis,
  rabbitmq,
  toxiproxy,
  apiGateway,
  userService,
  restaurantService,
  orderService,
  driverService,
  notificationService,
  paymentProvider,
];
