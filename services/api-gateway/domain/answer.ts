import type { Writable } from 'node:stream';
import type { UpstreamRequest, UpstreamResponse } from '@quickbite/shared/resilience';
import type { Upload } from './upload.js';

/** What is left of an answer that is too large to be held: it flows as fast as its reader takes it. */
export interface FlowingBody {
  /** Writes everything to `sink` and ends it; a break on one side is passed on to the other. */
  pipeTo(sink: Writable): void;
  /** Settles when nothing of it is left, for whatever reason. */
  readonly done: Promise<void>;
}

/** An upstream's answer. `body` is all of it, or the beginning of what `rest` continues. */
export interface Answer extends UpstreamResponse {
  readonly rest?: FlowingBody;
}

/** One attempt at one instance of a service. */
export interface Attempt extends UpstreamRequest {
  /** Whether an answer beyond what is held in memory may flow. Otherwise all of it is read first. */
  readonly streams?: boolean;
  /** A body that passes through, instead of `body`. `timeoutMs` then begins anew with each piece that is taken of it. */
  readonly upload?: Upload;
}

/** The connections to one instance of a service. */
export interface InstanceClient {
  /**
   * @throws AppError `upstream-timeout` when the answer is not there in time, `upstream-unreachable` when the connection fails
   * or breaks; BrokenUpload when the client is to blame
   */
  send(attempt: Attempt): Promise<Answer>;
  close(): Promise<void>;
}
