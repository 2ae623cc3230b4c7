import type { mongo } from 'mongoose';

/** How long a server that holds a heartbeat back until something changes may do so, ms: the driver's own default. */
const AWAITED_MS = 10_000;
/** For a process that was too busy to see the answer, ms. */
const SLACK_MS = 1000;

/**
 * Sees that the driver (7.8) has stopped to look after its server, which it does not notice itself. When a server ends all
 * connections at once, as in a crash, an operation that fails on one of them has the driver check the server, over a connection that
 * has ended as well and was not seen closed yet. That check never ends, there is no other, and to this process the server is away for
 * good.
 * @param options.answerMs within which the driver gives a heartbeat up by itself
 * @param options.onStopped called once for each time
 * @returns to be called with each client that takes over
 */
export function watchHeartbeat(options: {
  readonly answerMs: number;
  readonly onStopped: () => void;
}): (client: mongo.MongoClient) => void {
  const { answerMs, onStopped } = options;
  return (client) => {
    let waiting: NodeJS.Timeout | undefined;
    const ended = (): void => {
      clearTimeout(waiting);
      waiting = undefined;
    };
    client.on('serverHeartbeatStarted', ({ awaited }) => {
      ended();
      const began = setTimeout(
        () => {
          // An answer that is there already comes first.
          setImmediate(() => {
            if (waiting === began) onStopped();
          });
        },
        answerMs + SLACK_MS + (awaited ? AWAITED_MS : 0),
      ).unref();
      waiting = began;
    });
    client.on('serverHeartbeatSucceeded', ended);
    client.on('serverHeartbeatFailed', ended);
    client.on('topologyClosed', ended);
  };
}
