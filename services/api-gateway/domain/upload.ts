import { Transform } from 'node:stream';
import type { Readable, TransformCallback } from 'node:stream';
import { AppError } from '@quickbite/shared/errors';

/** The client's part in a call that failed: the service is not to blame, and the breaker does not hear of it. */
export class BrokenUpload extends Error {
  override readonly name = 'BrokenUpload';
  /** What the client is told, if it is still there. */
  readonly answer: AppError;

  constructor(answer: AppError) {
    super(answer.message);
    this.answer = answer;
  }
}

/**
 * The body of a request that passes through: it is read as fast as the service takes it, counted, and held nowhere. What has gone
 * by cannot be sent again, so a request with one is never repeated.
 */
export class Upload extends Transform {
  /** Called for each piece that the service has taken: as long as it takes some, it is not silent. */
  onProgress: () => void = () => undefined;
  readonly #limit: number;
  #bytes = 0;

  /** @param limit bytes; beyond, it breaks with `body-too-large`, and the call with it */
  constructor(source: Readable, limit: number) {
    super();
    this.#limit = limit;
    // Nobody may be there to hear it: the call has failed already, or is not made.
    this.on('error', () => undefined);
    const brokeOff = (): void => {
      if (!source.readableEnded) this.destroy(hungUp());
    };
    source.once('close', brokeOff).once('error', brokeOff);
    // The rest is read and forgotten, so that the client gets to read the answer. The server's own patience bounds that.
    this.once('close', () => {
      source.unpipe(this);
      source.resume();
    });
    source.pipe(this);
  }

  /** Whether it is the client that lets the others wait. */
  get waitsForClient(): boolean {
    return !this.writableEnded && this.writableLength === 0 && this.readableLength === 0;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    this.onProgress();
    if (this.#bytes > this.#limit) done(new BrokenUpload(uploadTooLarge(this.#limit)));
    else done(null, chunk);
  }
}

/** The refusal of an upload beyond its limit, before it began or in the middle. */
export function uploadTooLarge(limit: number): AppError {
  return new AppError('body-too-large', `The body is larger than the ${limit} bytes that are taken. Send less.`);
}

/** The refusal of an upload whose client sends nothing any more. */
export function stalledUpload(afterMs: number): BrokenUpload {
  return new BrokenUpload(
    new AppError('invalid-request', `Nothing of the body came for ${afterMs} ms. Send it again, faster.`),
  );
}

function hungUp(): BrokenUpload {
  return new BrokenUpload(new AppError('invalid-request', 'The body broke off before its end. Send it again.'));
}
