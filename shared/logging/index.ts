export { createAccessLog } from './access-log.js';
export { createLogger } from './create-logger.js';
export type { Logger } from './create-logger.js';
export {
  currentContext,
  incomingContext,
  parseTraceparent,
  withoutDeadline,
  withRequestContext,
} from './request-context.js';
export type { RequestContext } from './request-context.js';
