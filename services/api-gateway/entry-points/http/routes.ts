import type { UpstreamName } from '../../domain/upstreams.js';
import type { Tier } from '../../domain/rate-limits.js';

/** One route of the API: who may use it, who answers it, and what protects it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Express's pattern; also the `route` of metrics. */
  readonly path: string;
  readonly upstream: UpstreamName;
  /** `anyone`: a token is not looked at, and no identity goes on. Roles and ownership are the upstream's to check. */
  readonly access: 'anyone' | 'signed-in';
  readonly tier: Tier;
  /** Answered from the last good copy when the upstream fails. Only for answers that are the same for everybody. */
  readonly lastGood?: true;
}

/** Everything that the gateway lets through. A path that is not here does not exist. */
export const routes: readonly Route[] = [
  { method: 'POST', path: '/api/auth/register', upstream: 'user-service', access: 'anyone', tier: 'auth' },
  { method: 'POST', path: '/api/auth/login', upstream: 'user-service', access: 'anyone', tier: 'auth' },
  { method: 'POST', path: '/api/auth/refresh', upstream: 'user-service', access: 'anyone', tier: 'auth' },
  { method: 'POST', path: '/api/auth/logout', upstream: 'user-service', access: 'signed-in', tier: 'auth' },
  { method: 'POST', path: '/api/auth/logout-all', upstream: 'user-service', access: 'signed-in', tier: 'auth' },
  { method: 'GET', path: '/api/users/me', upstream: 'user-service', access: 'signed-in', tier: 'general' },
  { method: 'PATCH', path: '/api/users/me', upstream: 'user-service', access: 'signed-in', tier: 'write' },
  { method: 'GET', path: '/api/users/me/addresses', upstream: 'user-service', access: 'signed-in', tier: 'general' },
  { method: 'POST', path: '/api/users/me/addresses', upstream: 'user-service', access: 'signed-in', tier: 'write' },
  {
    method: 'DELETE',
    path: '/api/users/me/addresses/:id',
    upstream: 'user-service',
    access: 'signed-in',
    tier: 'write',
  },
  { method: 'GET', path: '/api/users/me/preferences', upstream: 'user-service', access: 'signed-in', tier: 'general' },
  { method: 'PUT', path: '/api/users/me/preferences', upstream: 'user-service', access: 'signed-in', tier: 'write' },
  { method: 'PUT', path: '/api/users/me/devices', upstream: 'user-service', access: 'signed-in', tier: 'write' },
  {
    method: 'DELETE',
    path: '/api/users/me/devices/:id',
    upstream: 'user-service',
    access: 'signed-in',
    tier: 'write',
  },

  {
    method: 'GET',
    path: '/api/restaurants',
    upstream: 'restaurant-service',
    access: 'anyone',
    tier: 'general',
    lastGood: true,
  },
  {
    method: 'GET',
    path: '/api/restaurants/search',
    upstream: 'restaurant-service',
    access: 'anyone',
    tier: 'general',
    lastGood: true,
  },
  {
    method: 'GET',
    path: '/api/restaurants/nearby',
    upstream: 'restaurant-service',
    access: 'anyone',
    tier: 'general',
    lastGood: true,
  },
  {
    method: 'GET',
    path: '/api/restaurants/mine',
    upstream: 'restaurant-service',
    access: 'signed-in',
    tier: 'general',
  },
  {
    method: 'GET',
    path: '/api/restaurants/batch',
    upstream: 'restaurant-service',
    access: 'signed-in',
    tier: 'general',
  },
  {
    method: 'GET',
    path: '/api/restaurants/:id',
    upstream: 'restaurant-service',
    access: 'anyone',
    tier: 'general',
    lastGood: true,
  },
  { method: 'POST', path: '/api/restaurants', upstream: 'restaurant-service', access: 'signed-in', tier: 'write' },
  { method: 'PATCH', path: '/api/restaurants/:id', upstream: 'restaurant-service', access: 'signed-in', tier: 'write' },
  {
    method: 'DELETE',
    path: '/api/restaurants/:id',
    upstream: 'restaurant-service',
    access: 'signed-in',
    tier: 'write',
  },

  { method: 'POST', path: '/api/orders', upstream: 'order-service', access: 'signed-in', tier: 'write' },
  { method: 'POST', path: '/api/orders/quote', upstream: 'order-service', access: 'signed-in', tier: 'write' },
  { method: 'GET', path: '/api/orders', upstream: 'order-service', access: 'signed-in', tier: 'general' },
  { method: 'GET', path: '/api/orders/:id', upstream: 'order-service', access: 'signed-in', tier: 'general' },
  { method: 'POST', path: '/api/orders/:id/payment', upstream: 'order-service', access: 'signed-in', tier: 'write' },
  { method: 'POST', path: '/api/orders/:id/rating', upstream: 'order-service', access: 'signed-in', tier: 'write' },
  {
    method: 'POST',
    path: '/api/orders/:id/transitions',
    upstream: 'order-service',
    access: 'signed-in',
    tier: 'write',
  },

  { method: 'GET', path: '/api/drivers/me', upstream: 'driver-service', access: 'signed-in', tier: 'general' },
  { method: 'PUT', path: '/api/drivers/me', upstream: 'driver-service', access: 'signed-in', tier: 'write' },
  { method: 'PUT', path: '/api/drivers/me/location', upstream: 'driver-service', access: 'signed-in', tier: 'write' },
  {
    method: 'POST',
    path: '/api/drivers/me/offers/:orderId/accept',
    upstream: 'driver-service',
    access: 'signed-in',
    tier: 'write',
  },
  {
    method: 'POST',
    path: '/api/drivers/me/offers/:orderId/decline',
    upstream: 'driver-service',
    access: 'signed-in',
    tier: 'write',
  },
  { method: 'GET', path: '/api/drivers/nearby', upstream: 'driver-service', access: 'signed-in', tier: 'general' },
  { method: 'GET', path: '/api/drivers/:id', upstream: 'driver-service', access: 'signed-in', tier: 'general' },

  {
    method: 'GET',
    path: '/api/notifications',
    upstream: 'notification-service',
    access: 'signed-in',
    tier: 'general',
  },
  {
    method: 'GET',
    path: '/api/notifications/dead-letters',
    upstream: 'notification-service',
    access: 'signed-in',
    tier: 'general',
  },
  {
    method: 'GET',
    path: '/api/notifications/dead-letters/:id',
    upstream: 'notification-service',
    access: 'signed-in',
    tier: 'general',
  },
  {
    method: 'POST',
    path: '/api/notifications/dead-letters/:id/replay',
    upstream: 'notification-service',
    access: 'signed-in',
    tier: 'write',
  },
  {
    method: 'DELETE',
    path: '/api/notifications/dead-letters/:id',
    upstream: 'notification-service',
    access: 'signed-in',
    tier: 'write',
  },
  {
    method: 'GET',
    path: '/api/notifications/:id',
    upstream: 'notification-service',
    access: 'signed-in',
    tier: 'general',
  },
  {
    method: 'POST',
    path: '/api/notifications/:id/read',
    upstream: 'notification-service',
    access: 'signed-in',
    tier: 'write',
  },
];
