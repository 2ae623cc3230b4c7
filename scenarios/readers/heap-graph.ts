import { z } from 'zod';
import { HeapTokens } from './heap-tokens.js';

const head = z.object({
  snapshot: z.looseObject({
    meta: z.looseObject({
      node_fields: z.array(z.string()),
      node_types: z.tuple([z.array(z.string())]).rest(z.unknown()),
      edge_fields: z.array(z.string()),
      edge_types: z.tuple([z.array(z.string())]).rest(z.unknown()),
    }),
    node_count: z.number(),
    edge_count: z.number(),
  }),
});

/** One reference: from which node, of which kind, under which name or index. */
export interface HeapStep {
  readonly from: number;
  readonly edge: number;
}

/** Everything on a heap, and what refers to what. Nodes are numbered from 0, the root. */
export interface HeapGraph {
  readonly nodeCount: number;
  isObject(node: number): boolean;
  /** Of an object, that of its constructor. */
  nameOf(node: number): string;
  /** Its own size in bytes, without what it refers to. */
  sizeOf(node: number): number;
  /** The shortest way to each node that keeps it: weak references do not. */
  shortestWays(): { stepTo(node: number): HeapStep | undefined };
  /** In words: the object, its property, or the variable of a closure; undefined for V8's own insides. */
  describe(step: HeapStep): string | undefined;
}

/**
 * Reads the graph of a heap snapshot.
 * @param options.references whether to read what refers to what, which is most of it
 * @throws when it is not in the format that DevTools reads
 */
export async function readHeapGraph(
  chunks: AsyncIterable<Uint8Array>,
  { references }: { readonly references: boolean },
): Promise<HeapGraph> {
  const tokens = new HeapTokens(chunks);
  const { meta, node_count: nodeCount, edge_count: edgeCount } = head.parse(await tokens.head('nodes')).snapshot;
  const nodes = await tokens.numbers(nodeCount * meta.node_fields.length);
  const edges = references ? await readEdges(tokens, edgeCount * meta.edge_fields.length) : new Float64Array();
  await tokens.skipTo('strings');
  const strings = await tokens.strings();

  const width = meta.node_fields.length;
  const node = columns(nodes, meta.node_fields);
  const [type, name, size, edgesOf] = [node('type'), node('name'), node('self_size'), node('edge_count')];
  const object = meta.node_types[0].indexOf('object');
  const array = meta.node_types[0].indexOf('array');
  const closure = meta.node_types[0].indexOf('closure');
  const edge = columns(edges, meta.edge_fields);
  const [edgeType, edgeName, edgeTo] = [edge('type'), edge('name_or_index'), edge('to_node')];
  const edgeTypes = meta.edge_types[0];
  const [weak, context] = [edgeTypes.indexOf('weak'), edgeTypes.indexOf('context')];
  const named = new Set(['context', 'property', 'internal', 'shortcut'].map((kind) => edgeTypes.indexOf(kind)));

  const nameOf = (one: number): string => strings[name(one)] ?? '';
  return {
    nodeCount,
    isObject: (one) => type(one) === object,
    nameOf,
    sizeOf: size,
    shortestWays() {
      if (!references) throw new RangeError('Expected a heap snapshot that was read with its references.');
      const firstEdge = new Int32Array(nodeCount + 1);
      for (let one = 0; one < nodeCount; one += 1) firstEdge[one + 1] = (firstEdge[one] ?? 0) + edgesOf(one);
      const from = new Int32Array(nodeCount).fill(-1);
      const by = new Int32Array(nodeCount);
      const queue = new Int32Array(nodeCount);
      let [read, written] = [0, 1];
      while (read < written) {
        const one = queue[read] ?? 0;
        read += 1;
        for (let at = firstEdge[one] ?? 0; at < (firstEdge[one + 1] ?? 0); at += 1) {
          const to = edgeTo(at) / width;
          if (edgeType(at) === weak || to === 0 || from[to] !== -1) continue;
          from[to] = one;
          by[to] = at;
          queue[written] = to;
          written += 1;
        }
      }
      return {
        stepTo: (to) => (from[to] === -1 || to === 0 ? undefined : { from: from[to] ?? 0, edge: by[to] ?? 0 }),
      };
    },
    describe({ from, edge: at }) {
      const label = named.has(edgeType(at)) ? (strings[edgeName(at)] ?? '') : String(edgeName(at));
      if (type(from) === array) return undefined;
      if (edgeType(at) === context) return `variable ${label}`;
      if (type(from) === closure) return `function ${nameOf(from) || '(anonymous)'}`;
      return type(from) === object && nameOf(from) !== 'Object' ? nameOf(from) : `${nameOf(from)}.${label}`;
    },
  };
}

async function readEdges(tokens: HeapTokens, count: number): Promise<Float64Array> {
  await tokens.skipTo('edges');
  return tokens.numbers(count);
}

/** Reads the rows of a table that is one long row of numbers. */
function columns(table: Float64Array, fields: readonly string[]): (field: string) => (row: number) => number {
  return (field) => {
    const column = fields.indexOf(field);
    if (column < 0)
      throw new RangeError(`Expected a heap snapshot with the field "${field}", got ${fields.join(', ')}.`);
    return (row) => table[row * fields.length + column] ?? 0;
  };
}
