import { request } from 'node:http';

/** What one HTTP request over a new connection got. */
export type HttpOutcome =
  | { readonly type: 'answer'; readonly status: number; readonly ms: number }
  | { readonly type: 'silence'; readonly ms: number }
  | { readonly type: 'error'; readonly message: string; readonly ms: number };

/** Asks once, over a connection of its own: a kept-alive one could answer from before the fault. */
export function askOnce(url: string, timeoutMs: number): Promise<HttpOutcome> {
  const started = Date.now();
  const elapsed = (): number => Date.now() - started;
  return new Promise((resolve) => {
    const asked = request(url, { agent: false, timeout: timeoutMs }, (answer) => {
      answer.resume();
      resolve({ type: 'answer', status: answer.statusCode ?? 0, ms: elapsed() });
    });
    asked.once('timeout', () => {
      resolve({ type: 'silence', ms: elapsed() });
      asked.destroy();
    });
    asked.once('error', (error) => resolve({ type: 'error', message: error.message, ms: elapsed() }));
    asked.end();
  });
}

/** The outcome as a person would say it. */
export function describeOutcome(outcome: HttpOutcome): string {
  switch (outcome.type) {
    case 'answer':
      return `answered ${String(outcome.status)} after ${String(outcome.ms)} ms`;
    case 'silence':
      return `no answer within ${String(outcome.ms)} ms`;
    case 'error':
      return `failed after ${String(outcome.ms)} ms: ${outcome.message}`;
  }
}
