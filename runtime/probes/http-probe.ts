import { get } from 'node:http';
import type { ProbeResult, ProbeTarget } from './probe.js';
import { reasonOf } from './probe.js';

const MAX_QUOTED = 300;

/** Ready when a GET is answered by 200; otherwise the reason quotes the answer. */
export function probeHttp({ host, port, timeoutMs }: ProbeTarget, path: string): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const fail = (reason: string): void => resolve({ ready: false, reason });
    // No shared agent: a kept connection could answer from a process that has been replaced since.
    const request = get({ host, port, path, agent: false, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body = (body + chunk).slice(0, MAX_QUOTED)));
      response.once('error', (error) => fail(reasonOf(error)));
      response.once('end', () => {
        if (response.statusCode === 200) resolve({ ready: true });
        else fail(`GET ${path} was answered by ${response.statusCode ?? 0}${body ? `: ${body}` : ''}`);
      });
    });
    request.once('error', (error) => {
      fail(
        error.name === 'AbortError' || error.name === 'TimeoutError'
          ? `no answer to GET ${path} within ${timeoutMs} ms`
          : reasonOf(error),
      );
    });
  });
}
