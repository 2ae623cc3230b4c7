import { z } from 'zod';
import { ExpectedError } from '../errors/index.js';

const toxicSchema = z.object({
  name: z.string(),
  type: z.string(),
  stream: z.enum(['upstream', 'downstream']),
  /** Share of the connections that it affects. */
  toxicity: z.number(),
  attributes: z.record(z.string(), z.number()),
});

const proxySchema = z.object({ enabled: z.boolean(), toxics: z.array(toxicSchema) });

/** A disturbance of one direction of a link, as Toxiproxy knows it; without `toxicity` it affects every connection. */
export interface Toxic {
  readonly name: string;
  readonly type: string;
  readonly stream: 'upstream' | 'downstream';
  readonly attributes: Readonly<Record<string, number>>;
  readonly toxicity?: number;
}

/** What the proxy says of one link. */
export interface LinkState {
  readonly enabled: boolean;
  readonly toxics: readonly Toxic[];
}

/** One proxy, and the address of the HTTP API that controls it. */
export interface ProxyAddress {
  readonly api: string;
  readonly name: string;
}

const TIMEOUT_MS = 5000;

/**
 * Opens proxies.
 * @returns why they could not be opened, where a port of theirs is taken
 */
export async function createProxies(
  api: string,
  proxies: readonly { readonly name: string; readonly listen: string; readonly upstream: string }[],
): Promise<string | undefined> {
  const { status, text } = await call(api, 'POST', '/populate', proxies);
  return status < 300 ? undefined : reasonIn(text);
}

/** The state of one proxy. */
export async function readLink(proxy: ProxyAddress): Promise<LinkState> {
  return proxySchema.parse(JSON.parse(await must(proxy, 'GET', '')));
}

/** Adds a toxic, or changes the one of that name. */
export async function setToxic(proxy: ProxyAddress, toxic: Toxic): Promise<void> {
  const { status } = await call(proxy.api, 'POST', `${pathOf(proxy)}/toxics/${toxic.name}`, toxic);
  if (status === 404) await must(proxy, 'POST', '/toxics', toxic);
}

/** Removes a toxic; does nothing when there is none of that name. */
export async function removeToxic(proxy: ProxyAddress, name: string): Promise<void> {
  const { status, text } = await call(proxy.api, 'DELETE', `${pathOf(proxy)}/toxics/${name}`);
  if (status >= 300 && status !== 404) throw refused(proxy, `DELETE /toxics/${name}`, status, text);
}

/** Opens or closes a proxy's port. */
export async function setEnabled(proxy: ProxyAddress, enabled: boolean): Promise<void> {
  await must(proxy, 'POST', '', { enabled });
}

const pathOf = (proxy: ProxyAddress): string => `/proxies/${encodeURIComponent(proxy.name)}`;

async function must(proxy: ProxyAddress, method: string, path: string, body?: unknown): Promise<string> {
  const { status, text } = await call(proxy.api, method, `${pathOf(proxy)}${path}`, body);
  if (status < 300) return text;
  throw refused(proxy, `${method} ${path}`.trim(), status, text);
}

function refused(proxy: ProxyAddress, what: string, status: number, text: string): ExpectedError {
  return new ExpectedError(`The proxy of ${proxy.name} answered "${what}" with ${status}: ${reasonIn(text)}.`, {
    next: 'Look at its log with "quickbite logs toxiproxy".',
  });
}

async function call(
  api: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(`${api}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (cause) {
    throw new ExpectedError(`The proxy of the links gave no answer at ${api}.`, {
      next: 'See whether toxiproxy is up with "quickbite status"; "quickbite up" starts it again.',
      cause,
    });
  }
}

function reasonIn(text: string): string {
  try {
    return z.object({ error: z.string() }).parse(JSON.parse(text)).error;
  } catch {
    return text.slice(0, 300);
  }
}
