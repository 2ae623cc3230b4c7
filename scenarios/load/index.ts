export type { Api, ApiRequest, StoryAnswer } from './api.js';
export { UnexpectedAnswer } from './api-client.js';
export { browse } from './browse.js';
export type { BrowseOptions } from './browse.js';
export type { Driver, Person, Point } from './cast.js';
export type { Answer } from './exchange.js';
<<<<<<< Updated upstream
export { forgeToken } from './forge-token.js';
=======
export { orderRequest } from './order-request.js';
export { paidOrder, placeOrder } from './paid-order.js';
export type { AnsweredOrder } from './paid-order.js';
>>>>>>> Stashed changes
export { paidOrders } from './paid-orders.js';
export { positions } from './positions.js';
export { shuffledForever } from './random.js';
export type { Random } from './random.js';
export type { Rate, RateStep } from './rate.js';
export type { Restaurant } from './restaurants.js';
export { isAnswered, isFailed, latencyOf, percentile, Samples } from './samples.js';
export type { Measured, Sample } from './samples.js';
export { signIns } from './sign-ins.js';
export { steady, together } from './traffic.js';
export type { ClientRequest, Planned, PlannedRequest, TestData, Traffic } from './traffic.js';
