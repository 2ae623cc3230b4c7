import { ExpectedError } from '../errors/index.js';
import { toxiproxy } from '../definitions/index.js';
import type { ProcessDef } from '../definitions/index.js';
import type { Launcher } from '../launchers/index.js';
import { readLink, removeToxic, setEnabled, setToxic } from '../links/index.js';
import { probe } from '../probes/index.js';
import { nameOfLink } from './choose-links.js';
import { urlOf } from './placeholders.js';
import type { LinkEnds, StackLink } from './stack.js';
import type { LinkRecord, StackState } from './state-file.js';
import { findRecord } from './state-file.js';

const PROBE_TIMEOUT_MS = 2000;

/**
 * The handle of one link that goes through the proxy.
 * @param target the definition of `to`
 */
export function createStackLink(
  { state, launcher }: { readonly state: StackState; readonly launcher: Launcher },
  target: ProcessDef,
  record: LinkRecord,
): StackLink {
  const name = nameOfLink(record);
  const host = launcher.outside;
  const proxy = { api: `http://${host}:${findRecord(state, toxiproxy.name).port}`, name };
  return {
    from: record.from,
    to: record.to,
    name,
    host,
    port: record.port,
    forwarded: launcher.forwards,
    url: urlOf(target, { host, port: record.port }),
    upstream: { host, port: findRecord(state, record.to).port },
    state: () => readLink(proxy),
    setToxic: (toxic) => setToxic(proxy, toxic),
    removeToxic: (toxic) => removeToxic(proxy, toxic),
    setEnabled: (enabled) => setEnabled(proxy, enabled),
    probe: (options) =>
      probe(target.readiness, { host, port: record.port, timeoutMs: options?.timeoutMs ?? PROBE_TIMEOUT_MS }),
  };
}

/** The error for a link that is direct. */
export function unknownLink(state: StackState, link: LinkEnds): ExpectedError {
  if (state.adopted) {
    return new ExpectedError(`The link ${nameOfLink(link)} cannot be disturbed: Compose has made it a direct one.`, {
      next: `Boot a stack whose link goes through the proxy: "quickbite up --stack other --link ${nameOfLink(link)}".`,
      exitCode: 2,
    });
  }
  const names = state.links.map(nameOfLink);
  const boot = `quickbite up${state.id === 'default' ? '' : ` --stack ${state.id}`} --link ${nameOfLink(link)}`;
  return new ExpectedError(`The link ${nameOfLink(link)} does not go through the proxy: it cannot be disturbed.`, {
    details: [names.length > 0 ? `links that do: ${names.join(', ')}` : 'no link of this stack does'],
    next: `What can be disturbed is decided at the boot: "quickbite down", then "${boot}".`,
    exitCode: 2,
  });
}
