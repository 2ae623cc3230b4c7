import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Message } from '../broker/message.js';
import { JOURNAL_FILE, JOURNAL_MAGIC } from './journal.js';
import { decodeRecord } from './journal-record.js';
import type { JournalRecord, TopologyChange } from './journal-record.js';

/** What the journal says was alive when the broker stopped. */
export interface Replayed {
  /** Every change in order, to be applied to an empty topology. */
  readonly topology: readonly TopologyChange[];
  /** In publishing order, each with the queues that still hold it. */
  readonly messages: readonly { readonly message: Message; readonly queues: readonly HeldBy[] }[];
  /** Length of the intact part of the file. */
  readonly intactBytes: number;
  /** Length of the torn tail that was dropped. */
  readonly droppedBytes: number;
}

interface HeldBy {
  readonly queueId: number;
  /** It had been delivered to a consumer: redelivered, when it goes out again. */
  readonly delivered: boolean;
}

/** Reads the journal of a data folder. Throws when the file is not a journal; a missing or empty one is an empty broker. */
export function replay(dataDir: string): Replayed {
  const bytes = readJournal(dataDir);
  const topology: TopologyChange[] = [];
  const alive = new Map<number, { message: Message; queues: Map<number, boolean> }>();
  let offset = Math.min(JOURNAL_MAGIC.length, bytes.length);
  for (let next = decodeRecord(bytes, offset); next !== undefined; next = decodeRecord(bytes, offset)) {
    apply(next.record, topology, alive);
    offset = next.end;
  }
  const messages = [...alive.values()]
    .sort((a, b) => a.message.id - b.message.id)
    .map(({ message, queues }) => ({
      message: detached(message),
      queues: [...queues].map(([queueId, delivered]) => ({ queueId, delivered })),
    }));
  return { topology, messages, intactBytes: offset, droppedBytes: bytes.length - offset };
}

function apply(
  record: JournalRecord,
  topology: TopologyChange[],
  alive: Map<number, { message: Message; queues: Map<number, boolean> }>,
): void {
  switch (record.kind) {
    case 'topology':
      topology.push(record.change);
      return;
    case 'message':
      alive.set(record.message.id, {
        message: record.message,
        queues: new Map(record.queueIds.map((id) => [id, false])),
      });
      return;
    case 'delivered':
      if (alive.get(record.messageId)?.queues.has(record.queueId)) {
        alive.get(record.messageId)?.queues.set(record.queueId, true);
      }
      return;
    case 'settled': {
      const held = alive.get(record.messageId);
      held?.queues.delete(record.queueId);
      if (held?.queues.size === 0) alive.delete(record.messageId);
      return;
    }
  }
}

function readJournal(dataDir: string): Buffer {
  const file = path.join(dataDir, JOURNAL_FILE);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw new Error(`The journal ${file} cannot be read. Check its permissions.`, { cause });
  }
  const magic = bytes.subarray(0, JOURNAL_MAGIC.length);
  // A crash while the file was being created leaves a part of the magic.
  if (magic.length < JOURNAL_MAGIC.length && JOURNAL_MAGIC.subarray(0, magic.length).equals(magic))
    return Buffer.alloc(0);
  if (magic.equals(JOURNAL_MAGIC)) return bytes;
  throw new Error(
    `${file} is not a journal of this broker: expected it to start with "QBAMQP1". Use another data folder.`,
  );
}

/** Lets go of the journal's bytes, of which a message is only a view. */
function detached(message: Message): Message {
  return { ...message, properties: Buffer.from(message.properties), body: Buffer.from(message.body) };
}
