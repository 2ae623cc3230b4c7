import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 20;
/** How long a server may be busy with what came before, and how often it is asked again, ms. */
const NOT_READY = { patienceMs: 30_000, againMs: 200 } as const;

/** A position as a viewer saw it. */
interface Seen {
  readonly longitude: number;
  /** On the clock of `performance.now()`. */
  readonly at: number;
}

/** People who follow one order by server-sent events. */
export interface Viewers {
  /**
   * Waits until each has seen all of these positions, or for so long.
   * @param sent when each was sent, by its longitude, on the clock of `performance.now()`
   * @returns how long after that each was seen by each, ms
   */
  seeAll(sent: ReadonlyMap<number, number>, patienceMs: number): Promise<readonly number[]>;
  close(): void;
}

/** Opens so many streams, and returns when each is accepted. */
export async function openViewers(url: string, headers: Record<string, string>, count: number): Promise<Viewers> {
  const closing = new AbortController();
  const seen: Seen[] = [];
  const open = async (): Promise<void> => {
    const answer = await fetchWhenReady(url, { headers, signal: closing.signal });
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
  const delays = (sent: ReadonlyMap<number, number>): readonly number[] =>
    seen.flatMap(({ longitude, at }) => {
      const sentAt = sent.get(longitude);
      return sentAt === undefined ? [] : [at - sentAt];
    });
  return {
    async seeAll(sent, patienceMs) {
      const giveUpAt = performance.now() + patienceMs;
      while (delays(sent).length < sent.size * count && performance.now() < giveUpAt) await delay(LOOK_MS);
      return delays(sent);
    },
    close: () => closing.abort(),
  };
}

/** After a load at its limit a server may say for a moment that it is not ready. */
async function fetchWhenReady(url: string, init: RequestInit & { readonly signal: AbortSignal }): Promise<Response> {
  const giveUpAt = performance.now() + NOT_READY.patienceMs;
  for (;;) {
    const answer = await fetch(url, init);
    if (answer.status !== 503 || performance.now() > giveUpAt) return answer;
    await answer.arrayBuffer();
    await delay(NOT_READY.againMs, undefined, { signal: init.signal });
  }
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
