export { correlation } from './correlation.js';
export { errorHandler, unknownRoute } from './error-handler.js';
export { requestLog } from './request-log.js';
