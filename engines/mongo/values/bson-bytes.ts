import { onDemand, serialize, ObjectId } from 'bson';

/** The largest document that MongoDB stores. */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/**
 * The bytes of a document with `_id` first, as mongod stores it; an ObjectId is made where there is none.
 * The result never shares memory with the input, which may be a slice of a network buffer.
 */
export function storedForm(bytes: Uint8Array): Uint8Array {
  // What a driver has made, or was stored before, begins with it.
  if (isId(bytes, 5) && bytes[8] === 0) return Uint8Array.prototype.slice.call(bytes);
  const elements = [...onDemand.parseToElements(bytes)];
  const index = elements.findIndex(([, nameOffset, nameLength]) => nameLength === 3 && isId(bytes, nameOffset));
  if (index === -1) {
    const id = serialize({ _id: new ObjectId() }).subarray(4, -1);
    return assemble([id, bytes.subarray(4, -1)]);
  }
  const element = elements[index];
  if (element === undefined) return Uint8Array.prototype.slice.call(bytes);
  const [, nameOffset, , valueOffset, valueLength] = element;
  const [start, end] = [nameOffset - 1, valueOffset + valueLength];
  return assemble([bytes.subarray(start, end), bytes.subarray(4, start), bytes.subarray(end, -1)]);
}

/** Builds a document from runs of encoded elements. */
export function assemble(elements: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(elements);
  const bytes = Buffer.allocUnsafeSlow(body.length + 5);
  bytes.writeInt32LE(bytes.length, 0);
  body.copy(bytes, 4);
  bytes[bytes.length - 1] = 0;
  return bytes;
}

/** A document of some of the elements of another, as they are encoded. */
export function pickElements(bytes: Uint8Array, wanted: (name: string) => boolean): Uint8Array {
  const runs: Uint8Array[] = [];
  for (const [, nameOffset, nameLength, valueOffset, valueLength] of onDemand.parseToElements(bytes)) {
    const name = Buffer.from(bytes.buffer, bytes.byteOffset + nameOffset, nameLength).toString();
    if (wanted(name)) runs.push(bytes.subarray(nameOffset - 1, valueOffset + valueLength));
  }
  return assemble(runs);
}

/** One element that holds a document or an array that is already encoded. */
export function embeddedElement(type: 'document' | 'array', name: string, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([type === 'document' ? 3 : 4]), Buffer.from(`${name}\0`), bytes]);
}

/** The encoded array of documents that are already encoded. */
export function arrayOf(documents: readonly Uint8Array[]): Uint8Array {
  return assemble(documents.map((bytes, index) => embeddedElement('document', String(index), bytes)));
}

function isId(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset] === 0x5f && bytes[offset + 1] === 0x69 && bytes[offset + 2] === 0x64;
}
