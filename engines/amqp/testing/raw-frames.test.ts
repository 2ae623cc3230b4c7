import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** The bytes of the protocol, for what no client would send. */
export const HEADER = Buffer.from('AMQP\u0000\u0000\u0009\u0001', 'latin1');

export const uint32 = (value: number) => {
  const out = Buffer.alloc(4);
  out.writeUInt32BE(value);
  return out;
};
export const uint16 = (value: number) => uint32(value).subarray(2);
export const shortString = (text: string) => Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)]);
export const longString = (text: string) => Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)]);

export function frame(type: number, channel: number, payload: Buffer, end = 206): Buffer {
  return Buffer.concat([Buffer.from([type]), uint16(channel), uint32(payload.length), payload, Buffer.from([end])]);
}

export function method(channel: number, classId: number, methodId: number, ...fields: Buffer[]): Buffer {
  return frame(1, channel, Buffer.concat([uint16(classId), uint16(methodId), ...fields]));
}

export const startOk = (password = 'guest', mechanism = 'PLAIN') =>
  method(
    0,
    10,
    11,
    uint32(0),
    shortString(mechanism),
    longString(`\u0000guest\u0000${password}`),
    shortString('en_US'),
  );
export const tuneOk = (channelMax = 10, frameMax = 131_072, heartbeat = 0) =>
  method(0, 10, 31, uint16(channelMax), uint32(frameMax), uint16(heartbeat));
export const open = (virtualHost = '/') =>
  method(0, 10, 40, shortString(virtualHost), shortString(''), Buffer.from([0]));
export const openChannel = (channel = 1) => method(channel, 20, 10, shortString(''));
export const publish = (routingKey: string, exchange = '', bits = 0) =>
  method(1, 60, 40, uint16(0), shortString(exchange), shortString(routingKey), Buffer.from([bits]));

/** Everything up to an open channel 1, with frames of at most 128 KiB and no heartbeats. */
export const OPENED = [HEADER, startOk(), tuneOk(), open(), openChannel()];

export const contentHeader = (size: bigint) => {
  const body = Buffer.alloc(8);
  body.writeBigUInt64BE(size);
  return frame(2, 1, Buffer.concat([uint16(60), uint16(0), body, uint16(0)]));
};

/** A socket to the broker at an amqp:// address, after sending it some bytes. */
export async function rawSocket(url: string, ...bytes: Buffer[]): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  socket.write(Buffer.concat(bytes));
  return socket;
}

/** Everything that the broker says, one byte a character, until it closes the socket. */
export async function answerTo(url: string, ...bytes: Buffer[]): Promise<string> {
  const socket = await rawSocket(url, ...bytes);
  let said = '';
  socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
  await closed(socket);
  return said;
}

/** Resolves when a socket is closed, by whichever side and with an error or not. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });
}
