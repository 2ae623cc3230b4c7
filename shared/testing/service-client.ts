import { IDENTITY_HEADER, signIdentity } from '../identity/index.js';
import type { Identity } from '../identity/index.js';

/** What a service answered, with its JSON read; undefined where there is no body. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Calls a service over real HTTP, as somebody or as nobody. */
export type ServiceClient = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  options?: {
    readonly as?: Identity;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  },
) => Promise<ServiceAnswer>;

/** @param identitySecret the service's own, so that the client can sign identities as the gateway does */
export function createServiceClient(port: number, identitySecret: string): ServiceClient {
  return async (method, path, { as, body, headers } = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(as && { [IDENTITY_HEADER]: signIdentity(as, identitySecret) }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
}
