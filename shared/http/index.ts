export { createAuthorize } from './authorize.js';
export type { Authorize } from './authorize.js';
export type { ReadinessCheck } from './health.js';
export { geoPoint, money, objectId, pageQuery, parse } from './parse.js';
export type { GeoPoint, Money, Page } from './parse.js';
export { startHttpServer } from './server.js';
export type { HttpServerOptions, StartedHttpServer } from './server.js';
