export { endClientSpan, endServerSpan, failSpan, startClientSpan, startServerSpan } from './http-spans.js';
export { startProcessSpan, startPublishSpan } from './messaging-spans.js';
export type { Span } from './span.js';
export { startTracing } from './start-tracing.js';
