/** The connection as its channels see it; its identity also marks whose an exclusive queue is. */
export interface ConnectionPort {
  readonly user: string;
  /** Largest frame that the client takes, in bytes. */
  readonly frameMax: number;
  /** Whether the client understands a `basic.cancel` that the server sends. */
  readonly wantsConsumerCancel: boolean;
  /** Whether the client keeps up with reading; the connection calls `channel.resume()` when it does again. */
  writable(): boolean;
  send(bytes: Buffer): void;
}
