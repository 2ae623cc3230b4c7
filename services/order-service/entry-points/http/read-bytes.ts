import type { IncomingMessage } from 'node:http';
import { AppError } from '@quickbite/shared/errors';

/**
 * Reads a body as it came, for whoever checks a signature over it.
 * @throws AppError `body-too-large` beyond `limit` bytes
 */
export async function readBytes(req: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit)
      throw new AppError('body-too-large', `The body is larger than ${limit} bytes. Send less.`, {
        // The rest of it is not read: the connection cannot carry another request.
        headers: { connection: 'close' },
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
