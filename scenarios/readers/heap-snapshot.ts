import type { HeapGraph } from './heap-graph.js';
import { readHeapGraph } from './heap-graph.js';

/** How many objects of a class there are, and their own size. */
export interface HeapClass {
  readonly count: number;
  readonly bytes: number;
}

/** What is on a heap after a garbage collection. */
export interface HeapSnapshot {
  /** The sizes of everything, buffers outside of V8's own heap included. */
  readonly bytes: number;
  /** Objects by the name of their constructor. */
  readonly classes: ReadonlyMap<string, HeapClass>;
  /**
   * Through what most objects of that class are reached, nearest first, e.g. `Map`, `variable everyAnswer`: who holds them keeps them.
   * Empty when there is none of that class. Needs a snapshot that was read with its references.
   */
  heldBy(className: string): readonly string[];
}

/** Growth of one class between two snapshots. */
export interface HeapGrowth extends HeapClass {
  readonly name: string;
}

/** How a snapshot is read. */
export interface HeapOptions {
  /** Whether to read also what refers to what, for `heldBy`: that is most of a snapshot. Default not. */
  readonly references?: boolean;
}

/** Reads a snapshot as it comes, in the format of DevTools (`.heapsnapshot`), without holding its text. */
export async function readHeapSnapshot(
  chunks: AsyncIterable<Uint8Array>,
  { references = false }: HeapOptions = {},
): Promise<HeapSnapshot> {
  const graph = await readHeapGraph(chunks, { references });
  const classes = new Map<string, { count: number; bytes: number }>();
  let bytes = 0;
  for (let node = 0; node < graph.nodeCount; node += 1) {
    const size = graph.sizeOf(node);
    bytes += size;
    if (!graph.isObject(node)) continue;
    const name = graph.nameOf(node);
    const found = classes.get(name);
    if (found) {
      found.count += 1;
      found.bytes += size;
    } else classes.set(name, { count: 1, bytes: size });
  }
  return { bytes, classes, heldBy: (className) => holdersOf(graph, className) };
}

/** Classes of which there are more now than before, the one with the most new objects first. */
export function growthBetween(before: HeapSnapshot, after: HeapSnapshot): readonly HeapGrowth[] {
  return [...after.classes]
    .map(([name, { count, bytes }]) => {
      const was = before.classes.get(name) ?? { count: 0, bytes: 0 };
      return { name, count: count - was.count, bytes: bytes - was.bytes };
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || b.bytes - a.bytes);
}

/** What the language and Node.js bring along: of these there are more of everything. */
export const isBuiltIn = (className: string): boolean =>
  className in globalThis || !/^[A-Z]\w*$/.test(className) || /^(Tick|Timeout|Immediate|AsyncResource)/.test(className);

/** Nearer than this is told; the way to the root goes on through modules and closures. */
const HOLDERS = 3;

/** Not all objects of a class need be held by the same: what holds most of them is told. */
function holdersOf(graph: HeapGraph, className: string): readonly string[] {
  const ways = graph.shortestWays();
  const found = new Map<string, { readonly way: readonly string[]; count: number }>();
  for (let node = 0; node < graph.nodeCount; node += 1) {
    if (!graph.isObject(node) || graph.nameOf(node) !== className) continue;
    const way: string[] = [];
    for (let step = ways.stepTo(node); step && way.length < HOLDERS; step = ways.stepTo(step.from)) {
      const holder = graph.describe(step);
      if (holder !== undefined) way.push(holder);
    }
    const same = found.get(way.join());
    if (same) same.count += 1;
    else found.set(way.join(), { way, count: 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count)[0]?.way ?? [];
}
