/** An empty frame of type 8 on channel 0. */
const HEARTBEAT_FRAME = Buffer.from([8, 0, 0, 0, 0, 0, 0, 206]);

interface HeartbeatPort {
  /** Whether something was sent since the last call. */
  takeSent(): boolean;
  send(frame: Buffer): void;
  /** Milliseconds since something was received. */
  silence(): number;
  /** The client was silent for two intervals. */
  onTimeout(): void;
}

/** Sends a heartbeat when nothing else was sent for half an interval, and notices a silent client. Returns the stop. */
export function startHeartbeat(intervalSeconds: number, port: HeartbeatPort): () => void {
  if (intervalSeconds === 0) return () => undefined;
  const timer = setInterval(() => {
    if (port.silence() > intervalSeconds * 2000) port.onTimeout();
    else if (!port.takeSent()) port.send(HEARTBEAT_FRAME);
  }, intervalSeconds * 500);
  return () => clearInterval(timer);
}
