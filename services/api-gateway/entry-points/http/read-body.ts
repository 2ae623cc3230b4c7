import { raw } from 'express';
import type { RequestHandler } from 'express';
import { AppError } from '@quickbite/shared/errors';

/** Larger than any order or menu, and too small to hurt. */
const BODY_LIMIT = '100kb';

/** Reads the body as it came, to pass it on unchanged, and refuses what no upstream would take. */
export function readBody(): readonly RequestHandler[] {
  return [
    raw({ type: () => true, limit: BODY_LIMIT }),
    function requireJson(req, _res, next) {
      const body: unknown = req.body;
      if (Buffer.isBuffer(body) && body.length > 0) checkJson(body, req.is('application/json') !== false);
      next();
    },
  ];
}

function checkJson(body: Buffer, isDeclaredJson: boolean): void {
  if (!isDeclaredJson)
    throw new AppError('invalid-request', 'The body was expected as JSON. Send "Content-Type: application/json".');
  try {
    JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new AppError('invalid-request', 'The body could not be read: expected valid JSON in UTF-8.', { cause });
  }
}
