import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { AppError } from '@quickbite/shared/errors';

/** Larger than any order or menu, and too small to hurt. Measured by what a compressed body unpacks to. */
const BODY_LIMIT = 100 * 1024;

const DECODERS: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip),
  deflate: promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate),
  br: promisify<Buffer, { maxOutputLength: number }, Buffer>(brotliDecompress),
};

/**
 * Reads the body as it came, to pass it on unchanged, and refuses what no upstream would take.
 * @returns undefined when there is none
 * @throws AppError `body-too-large` or `invalid-request`
 */
export async function readBody(req: IncomingMessage): Promise<Buffer | undefined> {
  const body = await decode(await collect(req), req.headers['content-encoding']);
  if (body.length === 0) return undefined;
  if (!/^\s*application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? ''))
    throw new AppError('invalid-request', 'The body was expected as JSON. Send "Content-Type: application/json".');
  try {
    JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw unreadable(cause);
  }
  return body;
}

async function collect(req: IncomingMessage): Promise<Buffer> {
  if (Number(req.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    const piece = chunk as Buffer;
    size += piece.length;
    // The rest is read and forgotten by node:http, so that the client gets to read the refusal.
    if (size > BODY_LIMIT) throw tooLarge();
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

async function decode(body: Buffer, encoding = 'identity'): Promise<Buffer> {
  if (encoding === 'identity') return body;
  const decoder = DECODERS[encoding];
  if (!decoder)
    throw new AppError(
      'invalid-request',
      `The encoding of the body was expected as gzip, deflate or br, not ${encoding}.`,
    );
  try {
    return await decoder(body, { maxOutputLength: BODY_LIMIT });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(cause);
    throw unreadable(cause);
  }
}

function tooLarge(cause?: unknown): AppError {
  return new AppError('body-too-large', 'The body is larger than this route takes. Send less.', { cause });
}

function unreadable(cause: unknown): AppError {
  return new AppError('invalid-request', 'The body could not be read: expected valid JSON in UTF-8.', { cause });
}
