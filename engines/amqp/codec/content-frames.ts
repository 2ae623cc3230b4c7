const FRAME_OVERHEAD = 8;
const HEADER = 2;
const BODY = 3;
const FRAME_END = 206;
const BASIC_CLASS = 60;

/** A message's content header and body frames in one buffer; the properties are sent as they were received. */
export function encodeContent(channel: number, properties: Buffer, body: Buffer, frameMax: number): Buffer {
  const chunk = frameMax - FRAME_OVERHEAD;
  const bodyFrames = Math.ceil(body.length / chunk);
  const size = FRAME_OVERHEAD + 12 + properties.length + body.length + bodyFrames * FRAME_OVERHEAD;
  const out = Buffer.allocUnsafe(size);
  let at = writeFrameStart(out, 0, HEADER, channel, 12 + properties.length);
  at = out.writeUInt16BE(BASIC_CLASS, at);
  at = out.writeUInt16BE(0, at);
  at = out.writeUIntBE(0, at, 2);
  at = out.writeUIntBE(body.length, at, 6);
  at += properties.copy(out, at);
  at = out.writeUInt8(FRAME_END, at);
  for (let start = 0; start < body.length; start += chunk) {
    const length = Math.min(chunk, body.length - start);
    at = writeFrameStart(out, at, BODY, channel, length);
    at += body.copy(out, at, start, start + length);
    at = out.writeUInt8(FRAME_END, at);
  }
  return out;
}

function writeFrameStart(out: Buffer, offset: number, type: number, channel: number, length: number): number {
  const at = out.writeUInt16BE(channel, out.writeUInt8(type, offset));
  return out.writeUInt32BE(length, at);
}
