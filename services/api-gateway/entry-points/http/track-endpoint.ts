import type { Response } from 'express';
import { z } from 'zod';
import { endpoint, objectId } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import type { Viewer } from '../../domain/tracking/tracked-order.js';
import { formatPosition, parsePosition, trackingEvent } from '../../domain/tracking/tracking-event.js';
import type { Tracking } from '../../domain/tracking/tracking.js';
import { sendAnswer } from './proxy-headers.js';
import { callerOf } from './require-account.js';

/** Bytes that may wait for a client to read them. An event has about 150. */
const MAX_WAITING_BYTES = 64 * 1024;
/** ms after which a client that lost the stream should come again. */
const RETRY_MS = 2000;

/**
 * `GET /api/orders/:id/track`: server-sent events. The id of each says how far the client is, so that it continues at any
 * gateway; 204 tells a client that comes again after the end to stay away.
 */
export function trackEndpoint(tracking: Tracking): Endpoint {
  return endpoint({
    method: 'get',
    path: '/api/orders/:id/track',
    summary: 'Follow an order live: server-sent events `status`, `location` and `end`',
    access: 'signed-in',
    params: z.strictObject({ id: objectId }),
    headers: z.object({
      'last-event-id': z.string().max(64).optional().describe('The id of the last event that was seen.'),
    }),
    answers: {
      200: {
        description: 'A stream: the present state first, then every change. Comments keep it alive.',
        contentType: 'text/event-stream',
        schema: trackingEvent,
      },
      204: { description: 'The order is over, and the end of it was seen already' },
    },
    problems: ['not-found', 'too-many-requests', 'not-ready', 'upstream-unreachable', 'upstream-timeout'],
    async handle({ params, headers, req, res }) {
      const result = await tracking.open({
        orderId: params.id,
        caller: callerOf(res),
        authorization: req.headers.authorization,
        since: parsePosition(headers['last-event-id']),
      });
      if (result.type === 'refused') {
        sendAnswer(res, result.answer);
        return undefined;
      }
      const { order } = result;
      if (order.isOver()) {
        order.stop('finished');
        return { status: 204 };
      }
      res.once('close', () => order.stop('gone'));
      if (res.closed) order.stop('gone');
      else order.start(streamTo(res, () => order.stop('too-slow')));
      return undefined;
    },
  });
}

function streamTo(res: Response, tooSlow: () => void): Viewer {
  res.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies such as nginx would collect the stream otherwise.
    'x-accel-buffering': 'no',
  });
  res.write(`retry: ${RETRY_MS}\n\n`);

  const write = (text: string): void => {
    res.write(text);
    // A client that does not read would have us remember everything for it.
    if (res.writableLength > MAX_WAITING_BYTES) tooSlow();
  };
  return {
    send: (event, position) =>
      write(`id: ${formatPosition(position)}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
    heartbeat: () => write(': alive\n\n'),
    end(reason) {
      if (reason === 'too-slow') res.destroy();
      else if (!res.closed) res.end(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`);
    },
  };
}
