import type { IncomingMessage } from 'node:http';
import type { ProxyCollection } from '../proxy/proxy-collection.js';
import { showToxic } from '../toxics/toxic.js';
import type { Toxic } from '../toxics/toxic.js';
import { ApiError } from './api-error.js';
import { readJson } from './json-body.js';
import { changedSettings, newProxies, newProxy } from './proxy-input.js';
import { changedToxic, newToxic } from './toxic-input.js';

/** The Toxiproxy whose behaviour is imitated. */
const VERSION = '2.12.0';

/** What to answer; without a body the answer is empty. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** One request, as a route sees it. */
export interface Call {
  readonly proxies: ProxyCollection;
  readonly request: IncomingMessage;
  /** What stood for `{proxy}` and `{toxic}` in the path; empty where the route has none. */
  readonly proxy: string;
  readonly toxic: string;
}

type Handler = (call: Call) => Answer | Promise<Answer>;

/** What is served: the path, and by method who answers. */
export const routes: readonly { readonly path: string; readonly methods: Readonly<Record<string, Handler>> }[] = [
  { path: '/version', methods: { GET: () => ok({ version: VERSION }) } },
  { path: '/reset', methods: { POST: reset } },
  { path: '/populate', methods: { POST: populate } },
  { path: '/proxies', methods: { GET: listProxies, POST: createProxy } },
  {
    path: '/proxies/{proxy}',
    methods: { GET: showProxy, POST: updateProxy, PATCH: updateProxy, DELETE: deleteProxy },
  },
  { path: '/proxies/{proxy}/toxics', methods: { GET: listToxics, POST: createToxic } },
  {
    path: '/proxies/{proxy}/toxics/{toxic}',
    methods: { GET: readToxic, POST: updateToxic, PATCH: updateToxic, DELETE: deleteToxic },
  },
];

const ok = (body: unknown): Answer => ({ status: 200, body });
const DONE: Answer = { status: 204 };

async function reset({ proxies }: Call): Promise<Answer> {
  await proxies.reset();
  return DONE;
}

async function populate({ proxies, request }: Call): Promise<Answer> {
  const wanted = newProxies(await readJson(request));
  const made: Record<string, unknown>[] = [];
  try {
    for (const each of wanted) made.push((await proxies.addOrReplace(each)).show());
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 500;
    return { status, body: { error: error instanceof Error ? error.message : String(error), status, proxies: made } };
  }
  return { status: 201, body: { proxies: made } };
}

function listProxies({ proxies }: Call): Answer {
  return ok(Object.fromEntries(proxies.all().map((proxy) => [proxy.name, proxy.show()])));
}

async function createProxy({ proxies, request }: Call): Promise<Answer> {
  return { status: 201, body: (await proxies.add(newProxy(await readJson(request)))).show() };
}

function showProxy({ proxies, proxy }: Call): Answer {
  return ok(proxies.get(proxy).show());
}

async function updateProxy({ proxies, proxy, request }: Call): Promise<Answer> {
  const found = proxies.get(proxy);
  const body = await readJson(request);
  await found.update((current) => changedSettings(body, current));
  return ok(found.show());
}

async function deleteProxy({ proxies, proxy }: Call): Promise<Answer> {
  await proxies.remove(proxy);
  return DONE;
}

function listToxics({ proxies, proxy }: Call): Answer {
  return ok(proxies.get(proxy).toxics.map(showToxic));
}

async function createToxic({ proxies, proxy, request }: Call): Promise<Answer> {
  const found = proxies.get(proxy);
  const toxic = newToxic(await readJson(request));
  if (found.find(toxic.name)) throw new ApiError(409, 'toxic already exists');
  found.add(toxic);
  return ok(showToxic(toxic));
}

function readToxic(call: Call): Answer {
  return ok(showToxic(toxicOf(call)));
}

async function updateToxic(call: Call): Promise<Answer> {
  toxicOf(call);
  const body = await readJson(call.request);
  const toxic = toxicOf(call);
  Object.assign(toxic, changedToxic(body, toxic));
  call.proxies.get(call.proxy).changed(toxic);
  return ok(showToxic(toxic));
}

function deleteToxic(call: Call): Answer {
  call.proxies.get(call.proxy).remove(toxicOf(call));
  return DONE;
}

function toxicOf({ proxies, proxy, toxic }: Call): Toxic {
  const found = proxies.get(proxy).find(toxic);
  if (found) return found;
  throw new ApiError(404, 'toxic not found');
}
