import { describe, expect, it } from 'vitest';
import { expectSoon } from '../expect-soon.test.js';
import * as raw from '../testing/raw-frames.test.js';
import type { UrlOf } from './clients.test.js';

/** The reply code and text of the connection.close or channel.close in what a server said, such as `505 UNEXPECTED_FRAME`. */
function closing(said: string): string {
  const bytes = Buffer.from(said, 'latin1');
  const at = Math.max(bytes.lastIndexOf(Buffer.from([0, 10, 0, 50])), bytes.lastIndexOf(Buffer.from([0, 20, 0, 40])));
  if (at < 0) return said;
  const text = bytes.subarray(at + 7, at + 7 + bytes.readUInt8(at + 6)).toString();
  return `${bytes.readUInt16BE(at + 4)} ${text}`;
}

export function wireBehaviours(url: UrlOf): void {
  /** Everything the server says until it has said why it closes the connection or the channel. */
  async function refusal(...bytes: Buffer[]): Promise<string> {
    const socket = await raw.rawSocket(url(), ...bytes);
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
    await expectSoon(() => closing(said)).toMatch(/^\d{3} [A-Z]+_[A-Z]+ - /);
    socket.destroy();
    return closing(said);
  }

  describe('frames', () => {
    it('answers another protocol, and another version, with the one that it speaks', async () => {
      expect(await raw.answerTo(url(), Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBe(raw.HEADER.toString('latin1'));
      expect(await raw.answerTo(url(), Buffer.from('AMQP\u0000\u0000\u0008\u0000', 'latin1'))).toBe(
        raw.HEADER.toString('latin1'),
      );
    });

    it('offers 2047 channels, frames of 128 KiB and a heartbeat a minute', async () => {
      const socket = await raw.rawSocket(url(), raw.HEADER, raw.startOk());
      let said = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => (said = Buffer.concat([said, chunk])));
      const tune = Buffer.concat([Buffer.from([0, 10, 0, 30]), raw.uint16(2047), raw.uint32(131_072), raw.uint16(60)]);
      await expectSoon(() => said.includes(tune)).toBe(true);
      socket.destroy();
    });

    it('says which virtual host is not there', async () => {
      expect(await refusal(raw.HEADER, raw.startOk(), raw.tuneOk(), raw.open('nowhere'))).toBe(
        '530 NOT_ALLOWED - vhost nowhere not found',
      );
    });

    it('answers the close of a client, and hangs up', async () => {
      const bye = raw.method(0, 10, 50, raw.uint16(200), raw.shortString('bye'), raw.uint16(0), raw.uint16(0));
      const socket = await raw.rawSocket(url(), ...raw.OPENED, bye);
      let said = '';
      socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
      await expectSoon(() => said).toContain('\u0000\u000a\u0000\u0033');
      socket.end();
      await raw.closed(socket);
    });

    it.each<[string, string, Buffer[]]>([
      ['a wrong end of a frame', '501 FRAME_ERROR', [raw.frame(1, 1, Buffer.from([0, 60, 0, 70, 0, 0, 0, 0]), 7)]],
      ['a frame above the limit', '501 FRAME_ERROR', [Buffer.from([1, 0, 1, 0x7f, 0xff, 0xff, 0xff])]],
      ['an unknown type of frame', '501 FRAME_ERROR', [raw.frame(5, 1, Buffer.from('x'))]],
      ['a method frame without a method', '501 FRAME_ERROR', [raw.frame(1, 1, Buffer.alloc(0))]],
      ['a method that is cut off', '501 FRAME_ERROR', [raw.method(1, 50, 10, Buffer.from([0, 0, 200, 97]))]],
      ['a heartbeat on a channel', '505 UNEXPECTED_FRAME', [raw.frame(8, 1, Buffer.alloc(0))]],
      [
        'a channel that is not open',
        "504 CHANNEL_ERROR - expected 'channel.open'",
        [raw.method(7, 85, 10, Buffer.from([0]))],
      ],
      ['a channel opened twice', "504 CHANNEL_ERROR - second 'channel.open' seen", [raw.openChannel()]],
      [
        'more channels than were negotiated',
        '530 NOT_ALLOWED - number of channels opened (10) has reached the negotiated channel_max (10)',
        Array.from({ length: 10 }, (_, i) => raw.openChannel(i + 2)),
      ],
      [
        'a body without a publish',
        '505 UNEXPECTED_FRAME - expected method frame, got non method frame instead',
        [raw.frame(3, 1, Buffer.from('x'))],
      ],
      [
        'a content header without a publish',
        '505 UNEXPECTED_FRAME - expected method frame, got non method frame instead',
        [raw.contentHeader(1n)],
      ],
      [
        'a method where a content header should be',
        '505 UNEXPECTED_FRAME - expected content header for class 60, got non content header frame instead',
        [raw.publish('q'), raw.publish('q')],
      ],
      [
        'a method where a body should be',
        '505 UNEXPECTED_FRAME - expected content body, got non content body frame instead',
        [raw.publish('q'), raw.contentHeader(5n), raw.publish('q')],
      ],
      [
        'a content header of another class',
        '505 UNEXPECTED_FRAME - expected content header for class 60, got one for class 50 instead',
        [raw.publish('q'), raw.frame(2, 1, Buffer.concat([raw.uint16(50), Buffer.alloc(12)]))],
      ],
      [
        'a connection method on a channel',
        '503 COMMAND_INVALID',
        [raw.method(1, 10, 40, raw.shortString('/'), Buffer.alloc(2))],
      ],
      ['a channel method on channel 0', '504 CHANNEL_ERROR', [raw.method(0, 85, 10, Buffer.from([0]))]],
      [
        'an immediate publish',
        '540 NOT_IMPLEMENTED - immediate=true',
        [raw.publish('q', '', 2), raw.contentHeader(0n)],
      ],
      [
        'a prefetch in bytes',
        '540 NOT_IMPLEMENTED - prefetch_size!=0 (5)',
        [raw.method(1, 60, 10, raw.uint32(5), raw.uint16(1), Buffer.from([0]))],
      ],
      ['to stop the flow', '540 NOT_IMPLEMENTED - active=false', [raw.method(1, 20, 20, Buffer.from([0]))]],
      [
        'to recover without requeueing',
        '540 NOT_IMPLEMENTED - requeue=false',
        [raw.method(1, 60, 110, Buffer.from([0]))],
      ],
      [
        'a nameless queue before one was declared',
        '404 NOT_FOUND - no previously declared queue',
        [
          raw.method(
            1,
            60,
            20,
            raw.uint16(0),
            raw.shortString(''),
            raw.shortString(''),
            Buffer.alloc(1),
            raw.uint32(0),
          ),
        ],
      ],
    ])('refuses %s: %s', async (_what, reason, bytes) => {
      expect(await refusal(...raw.OPENED, ...bytes)).toContain(reason);
    });

    it('sends heartbeats to an idle client, and drops one that sends none', async () => {
      const socket = await raw.rawSocket(url(), raw.HEADER, raw.startOk(), raw.tuneOk(10, 131_072, 1), raw.open());
      let said = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => (said = Buffer.concat([said, chunk])));
      await raw.closed(socket);
      expect(said.includes(Buffer.from([8, 0, 0, 0, 0, 0, 0, 206]))).toBe(true);
    });
  });
}
