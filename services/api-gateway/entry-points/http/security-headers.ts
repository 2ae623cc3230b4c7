import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/** The headers that helmet sets on each answer. They are always the same, so they are asked for once. */
export function securityHeaders(): readonly (readonly [name: string, value: string])[] {
  const req = new IncomingMessage(new Socket());
  const res = new ServerResponse(req);
  helmet()(req, res, (error?: unknown) => {
    if (error !== undefined) throw new Error('expected helmet to set headers', { cause: error });
  });
  return Object.entries(res.getHeaders()).map(([name, value]) => [name, String(value)] as const);
}
