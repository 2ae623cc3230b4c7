import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { AppError } from '@quickbite/shared/errors';
import { requireShallow } from '@quickbite/shared/http';
import { Upload, uploadTooLarge } from '../../domain/upload.js';

/** Larger than any order or menu, and too small to hurt. Measured by what a compressed body unpacks to. */
const BODY_LIMIT = 100 * 1024;

const DECODERS: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip),
  deflate: promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate),
  br: promisify<Buffer, { maxOutputLength: number }, Buffer>(brotliDecompress),
};

/** Files, which a gateway has no reason to look into. */
const PASSED_THROUGH =
  /^\s*(multipart\/form-data|image\/[\w.+-]+|text\/csv|application\/(octet-stream|pdf|zip|gzip|x-ndjson))\s*(;|$)/i;

/** The body of a request, if it has one: read and checked, or as it comes. */
export interface RequestBody {
  readonly body?: Buffer;
  readonly upload?: Upload;
}

/**
 * Takes the body of a request: JSON is read as it came, to pass it on unchanged, and what no service would take is refused.
 * Files are not read; they flow.
 * @throws AppError `body-too-large` or `invalid-request`
 */
export async function takeBody(req: IncomingMessage, maxUploadBytes: number): Promise<RequestBody> {
  if (PASSED_THROUGH.test(req.headers['content-type'] ?? '')) {
    if (Number(req.headers['content-length'] ?? 0) > maxUploadBytes) throw uploadTooLarge(maxUploadBytes);
    return { upload: new Upload(req, maxUploadBytes) };
  }
  const body = await readJson(req);
  return body ? { body } : {};
}

/** @returns undefined when there is no body */
async function readJson(req: IncomingMessage): Promise<Buffer | undefined> {
  const body = await decode(await collect(req), req.headers['content-encoding']);
  if (body.length === 0) return undefined;
  if (!/^\s*application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? ''))
    throw new AppError('invalid-request', 'The body was expected as JSON. Send "Content-Type: application/json".');
  requireShallow(parse(body));
  return body;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw unreadable(cause);
  }
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
