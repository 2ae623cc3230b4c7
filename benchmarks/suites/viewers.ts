/** A position as a viewer saw it. */
interface Seen {
  readonly longitude: number;
  /** On the clock of `performance.now()`. */
  readonly at: number;
}

/** People who follow one order by server-sent events. */
export interface Viewers {
  /** What they have seen since the last restart. */
  seen(): readonly Seen[];
  restart(): void;
  close(): void;
}

/** Opens so many streams, and returns when each is accepted. */
export async function openViewers(url: string, headers: Record<string, string>, count: number): Promise<Viewers> {
  const closing = new AbortController();
  let seen: Seen[] = [];
  const open = async (): Promise<void> => {
    const answer = await fetch(url, { headers, signal: closing.signal });
    if (!answer.ok) throw new Error(`Expected ${url} to be followed, got ${answer.status}: ${await answer.text()}`);
    // Ends with an abort, which is how it is meant to end.
    void listen(answer, (one) => seen.push(one)).catch(() => undefined);
  };
  try {
    await Promise.all(Array.from({ length: count }, open));
  } catch (error) {
    closing.abort();
    throw error;
  }
  return { seen: () => seen, restart: () => void (seen = []), close: () => closing.abort() };
}

async function listen(answer: Response, onSeen: (seen: Seen) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    const at = performance.now();
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const longitude = /"coordinates":\[([-\d.]+)/.exec(block)?.[1];
      if (longitude !== undefined) onSeen({ longitude: Number(longitude), at });
    }
  }
}
