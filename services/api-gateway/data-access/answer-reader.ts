import type { Writable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Answer, FlowingBody } from '../domain/answer.js';

/** What is held of an answer before it flows, bytes. Nearly all answers of an API are smaller. */
const HELD_BYTES = 100 * 1024;

/** How an answer is read, and whom it is given to. */
export interface ReaderOptions {
  /** ms for the whole answer, or, once it flows, between two of its pieces. */
  readonly timeoutMs: number;
  /** Makes the error of an answer that is late. */
  readonly late: () => Error;
  readonly streams: boolean;
  /** ms that whoever takes the answer has to make room for more of it. */
  readonly takerMs: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Reads one answer from undici. Small ones are handed over whole. A large one that may flow is handed over with its beginning:
 * the connection then pauses until somebody takes the rest, and whenever the taker is full, so that its size does not matter.
 */
export class AnswerReader implements Dispatcher.DispatchHandler, FlowingBody {
  readonly done: Promise<void>;
  readonly #options: ReaderOptions;
  #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #status = 0;
  #headers: Answer['headers'] = {};
  #controller: Dispatcher.DispatchController | undefined;
  #sink: Writable | undefined;
  #flows = false;
  /** Set when it ended: undefined for a good end. */
  #end: { readonly error: Error | undefined } | undefined;
  #settle: () => void = () => undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => this.#giveUp(), options.timeoutMs);
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#end) controller.abort(this.#end.error ?? new Error('nobody waits for this answer any more'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: object): void {
    this.#status = status;
    this.#headers = headers as Answer['headers'];
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#sink) {
      this.#timer.refresh();
      if (!this.#sink.write(chunk)) this.#pauseUntilDrained(controller, this.#sink);
      return;
    }
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    // An error is judged before it is passed on, and for that it is read to its end.
    const mayFlow = this.#options.streams && this.#status < 500;
    if (!mayFlow || this.#size <= HELD_BYTES || this.#flows) return;
    this.#flows = true;
    controller.pause();
    this.#options.resolve({ status: this.#status, headers: this.#headers, body: this.#held(), rest: this });
  }

  onResponseEnd(): void {
    this.#finish(undefined);
    if (this.#flows) this.#sink?.end();
    else this.#options.resolve({ status: this.#status, headers: this.#headers, body: this.#held() });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    if (this.#end) return;
    this.#finish(error);
    if (this.#flows) this.#sink?.destroy(error);
    else this.#options.reject(error);
  }

  pipeTo(sink: Writable): void {
    this.#sink = sink;
    const hungUp = (): void => this.#abort(new Error('the client hung up'));
    if (sink.destroyed) hungUp();
    else sink.once('close', hungUp);
    if (this.#end?.error) sink.destroy(this.#end.error);
    else if (this.#end) sink.end();
    else if (this.#controller) this.#controller.resume();
  }

  /** Begins the wait for the answer anew: its request is still on the way. */
  waitOn(): void {
    if (!this.#end) this.#timer.refresh();
  }

  #pauseUntilDrained(controller: Dispatcher.DispatchController, sink: Writable): void {
    controller.pause();
    this.#wait(this.#options.takerMs);
    sink.once('drain', () => {
      this.#wait(this.#options.timeoutMs);
      controller.resume();
    });
  }

  #wait(ms: number): void {
    if (this.#end) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(), ms);
  }

  #giveUp(): void {
    const error = this.#options.late();
    this.#abort(error);
    if (this.#flows) this.#sink?.destroy(error);
    else this.#options.reject(error);
  }

  #abort(error: Error): void {
    if (this.#end) return;
    this.#finish(error);
    this.#controller?.abort(error);
  }

  #finish(error: Error | undefined): void {
    this.#end = { error };
    clearTimeout(this.#timer);
    this.#settle();
  }

  #held(): Buffer {
    const [first, ...others] = this.#chunks;
    this.#chunks.length = 0;
    return first && others.length === 0 ? first : Buffer.concat(first ? [first, ...others] : []);
  }
}
