import { describe, expect, it } from 'vitest';
import { currentContext, incomingContext, withRequestContext } from './index.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describe('the context of a request', () => {
  it.each(['abcd1234', 'A-valid-ID-0123456789', 'x'.repeat(64)])('takes over the correlation id "%s"', (id) => {
    expect(incomingContext({ correlationId: id }).correlationId).toBe(id);
  });

  it.each([undefined, '', 'short', 'x'.repeat(65), 'two\nlines-of-log', 'with space', ['abcd1234'], 12_345_678])(
    'replaces the correlation id %o',
    (correlationId) => {
      expect(incomingContext({ correlationId }).correlationId).toMatch(UUID);
    },
  );

  it('continues a trace with a span of its own', () => {
    const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-00`;
    const { traceparent: own } = incomingContext({ traceparent });
    expect(own).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
    expect(own).not.toBe(traceparent);
  });

  it.each(['', 'garbage', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, `00-${TRACE_ID}-${'0'.repeat(16)}-01`])(
    'begins a new trace instead of "%s"',
    (traceparent) => {
      const { traceparent: own } = incomingContext({ traceparent });
      expect(own).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      expect(own).not.toContain(TRACE_ID);
    },
  );

  it('follows the work through awaits, and does not leak into other work', async () => {
    const work = (correlationId: string) =>
      withRequestContext(incomingContext({ correlationId }), async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return currentContext()?.correlationId;
      });
    expect(await Promise.all([work('request-1'), work('request-2')])).toEqual(['request-1', 'request-2']);
    expect(currentContext()).toBeUndefined();
  });
});
