import { CommandError } from '../commands/command-error.js';
import { isDoc, show, type Doc } from '../values/document.js';
import type { Slot } from './update-slot.js';

/** The slot at a path of a document that may be changed. */
export function slotAt(document: Doc, path: string, now: Date): Slot {
  const parts = path.split('.');
  const last = parts.at(-1) ?? '';
  const holder = descend(document, parts.slice(0, -1));
  return {
    path,
    value: holder === undefined ? undefined : (holder as Doc)[last],
    documentId: document['_id'],
    now,
    set: (value) => write(makeWay(document, parts), last, value),
    unset: () => {
      if (Array.isArray(holder)) {
        if (Number(last) < holder.length) holder[Number(last)] = null;
      } else if (holder !== undefined) {
        Reflect.deleteProperty(holder, last);
      }
    },
    moveTo: (target) => {
      const value = holder === undefined ? undefined : (holder as Doc)[last];
      if (value === undefined || holder === undefined) return;
      Reflect.deleteProperty(holder, last);
      slotAt(document, target, now).set(value);
    },
  };
}

function descend(document: Doc, parts: readonly string[]): Doc | unknown[] | undefined {
  let holder: Doc | unknown[] = document;
  for (const part of parts) {
    const next: unknown = (holder as Doc)[part];
    if (!isDoc(next) && !Array.isArray(next)) return undefined;
    holder = next;
  }
  return holder;
}

/** The document or array that holds the last part of a path, made where it is missing. */
function makeWay(document: Doc, parts: readonly string[]): Doc | unknown[] {
  let holder: Doc | unknown[] = document;
  for (const [depth, part] of parts.slice(0, -1).entries()) {
    const next: unknown = (holder as Doc)[part];
    if (isDoc(next) || Array.isArray(next)) {
      holder = next;
    } else if (next === undefined) {
      const made: Doc = {};
      write(holder, part, made);
      holder = made;
    } else {
      const [field, below] = [parts.slice(0, depth + 1).join('.'), parts[depth + 1] ?? ''];
      throw new CommandError('PathNotViable', `Cannot create field '${below}' in element {${field}: ${show(next)}}`);
    }
  }
  return holder;
}

function write(holder: Doc | unknown[], part: string, value: unknown): void {
  if (!Array.isArray(holder)) {
    holder[part] = value;
    return;
  }
  const index = Number(part);
  if (!Number.isInteger(index) || index < 0)
    throw new CommandError('PathNotViable', `Cannot create field '${part}' in an array: expected an index`);
  while (holder.length < index) holder.push(null);
  holder[index] = value;
}
