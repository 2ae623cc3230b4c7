import type { StackLink } from '@quickbite/runtime/stack';
import { observed } from '../probes/observation.js';
import type { Observation } from '../probes/observation.js';
import { tryConnect } from '../probes/tcp-connect.js';

/** Long enough for a healthy end to answer, even on a busy machine. */
const SILENCE_MS = 400;

/** The proof that a link swallows answers: it accepts, and then there is silence. */
export async function isSilent(link: StackLink): Promise<readonly Observation[]> {
  const started = performance.now();
  const [connect, look] = await Promise.all([
    tryConnect(link.host, link.port, SILENCE_MS),
    link.probe({ timeoutMs: SILENCE_MS }),
  ]);
  const waited = Math.round(performance.now() - started);
  const seen = look.ready ? 'an answer' : `${look.reason} (${String(waited)} ms)`;
  return [
    observed(`a new TCP connection over ${link.name} is accepted`, connect === 'accepted', connect),
    observed(`a question over ${link.name} gets no answer`, !look.ready && waited >= SILENCE_MS - 2, seen),
  ];
}
