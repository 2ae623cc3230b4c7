import { connect, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

const HEADER_BYTES = 16;
const OP_MSG = 2013;
/** Header, flags and the kind of the section. */
const BODY_AT = HEADER_BYTES + 5;

/**
 * One connection with one command under way at a time, and nothing around it: a driver takes more time than the server that it
 * asks, and two cores would measure the driver.
 */
export class MongoWireClient {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { resolve: (answer: Document) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('expected an answer, the server hung up')));
  }

  static connect(port: number): Promise<MongoWireClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => resolve(new MongoWireClient(socket)));
    });
  }

  /** Runs a command. Rejects on any answer but `ok: 1` without write errors. */
  async command(command: Document): Promise<Document> {
    const body = BSON.serialize(command);
    const message = Buffer.alloc(BODY_AT + body.length);
    message.writeInt32LE(message.length, 0);
    message.writeInt32LE(OP_MSG, 12);
    message.set(body, BODY_AT);
    const answer = await new Promise<Document>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(message);
    });
    if (answer['ok'] === 1 && answer['writeErrors'] === undefined) return answer;
    throw new Error(`expected the server to do ${JSON.stringify(command)}, it answered ${JSON.stringify(answer)}`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = undefined;
      this.#socket.once('close', () => resolve());
      this.#socket.end();
    });
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    if (this.#received.length < 4 || this.#received.length < this.#received.readInt32LE(0)) return;
    const answer = BSON.deserialize(this.#received.subarray(BODY_AT));
    this.#received = Buffer.alloc(0);
    this.#waiting?.resolve(answer);
  }
}
