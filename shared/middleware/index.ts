export { correlation } from './correlation.js';
export { deadline } from './deadline.js';
export { answerFailure, errorHandler, unknownRoute } from './error-handler.js';
export { createAnswerRecorder } from './record-answer.js';
export { requestLog } from './request-log.js';
