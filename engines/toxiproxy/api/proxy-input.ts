import type { NewProxy } from '../proxy/proxy-collection.js';
import type { ProxySettings } from '../proxy/proxy.js';
import { badRequest, missingField } from './api-error.js';
import { asObject, flagIn, textIn } from './json-body.js';

/** A proxy as `POST /proxies` sends it. */
export function newProxy(body: unknown, where = ''): NewProxy {
  const fields = asObject(body, 'Proxy');
  const name = textIn(fields, 'name', '');
  if (name === '') throw missingField(`name${where}`);
  const settings = changedSettings(fields, { listen: '', upstream: '', enabled: true });
  if (settings.upstream === '') throw missingField(`upstream${where}`);
  return { name, ...settings };
}

/** Proxies as `POST /populate` sends them. */
export function newProxies(body: unknown): NewProxy[] {
  if (!Array.isArray(body)) throw badRequest('json: cannot unmarshal object into Go value of type []Proxy');
  return body.map((each: unknown, index) => newProxy(each, ` at proxy ${index + 1}`));
}

/** What a request changes of a proxy; what it does not name stays. */
export function changedSettings(body: unknown, current: ProxySettings): ProxySettings {
  const fields = asObject(body, 'Proxy');
  return {
    listen: textIn(fields, 'listen', current.listen),
    upstream: textIn(fields, 'upstream', current.upstream),
    enabled: flagIn(fields, 'enabled', current.enabled),
  };
}
