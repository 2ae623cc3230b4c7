/** One server-sent event; a comment is one of type `comment`. */
export interface ServerSentEvent {
  readonly type: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

/** A stream of server-sent events that is being read. */
export interface EventStream {
  readonly status: number;
  readonly response: Response;
  /** The next event, or undefined at the end of the stream. Comments are skipped unless they are asked for. */
  next(options?: { readonly comments?: boolean }): Promise<ServerSentEvent | undefined>;
  close(): void;
}

/** Opens a stream as a browser's EventSource would, with headers. */
export async function openEvents(url: string, headers: Readonly<Record<string, string>>): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const blocks = readBlocks(response);
  return {
    status: response.status,
    response,
    async next({ comments = false } = {}) {
      for (;;) {
        const { value, done } = await blocks.next();
        if (done) return undefined;
        const event = parseBlock(value);
        if (event && (comments || event.type !== 'comment')) return event;
      }
    },
    close: () => abort.abort(),
  };
}

async function* readBlocks(response: Response): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    yield* blocks;
  }
  return undefined;
}

function parseBlock(block: string): ServerSentEvent | undefined {
  if (block.startsWith(':')) return { type: 'comment', id: undefined, data: block.slice(1).trim() };
  const fields = new Map(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const type = fields.get('event');
  const data = fields.get('data');
  return type === undefined || data === undefined ? undefined : { type, id: fields.get('id'), data: JSON.parse(data) };
}
