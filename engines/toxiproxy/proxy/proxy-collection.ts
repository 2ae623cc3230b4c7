import { ApiError } from '../api/api-error.js';
import { Proxy } from './proxy.js';
import type { ProxySettings } from './proxy.js';

/** A proxy to make. */
export interface NewProxy extends ProxySettings {
  readonly name: string;
}

/** All proxies of a server, by name. */
export class ProxyCollection {
  readonly #proxies = new Map<string, Proxy>();

  all(): readonly Proxy[] {
    return [...this.#proxies.values()];
  }

  get(name: string): Proxy {
    const proxy = this.#proxies.get(name);
    if (proxy) return proxy;
    throw new ApiError(404, 'proxy not found');
  }

  async add(wanted: NewProxy): Promise<Proxy> {
    if (this.#proxies.has(wanted.name)) throw new ApiError(409, 'proxy already exists');
    const proxy = new Proxy(wanted.name, wanted);
    // Taken before it listens: a second request of that name must not slip in.
    this.#proxies.set(wanted.name, proxy);
    try {
      if (wanted.enabled) await proxy.start();
    } catch (error) {
      this.#proxies.delete(wanted.name);
      throw error;
    }
    return proxy;
  }

  /** Keeps a proxy that has these addresses already, toxics and all, and replaces one that has others. */
  async addOrReplace(wanted: NewProxy): Promise<Proxy> {
    const existing = this.#proxies.get(wanted.name);
    if (!existing) return this.add(wanted);
    const { listen, upstream, enabled } = existing.settings;
    if (listen === wanted.listen && upstream === wanted.upstream) {
      if (enabled !== wanted.enabled) await existing.update(() => wanted);
      return existing;
    }
    await this.remove(wanted.name);
    return this.add(wanted);
  }

  async remove(name: string): Promise<void> {
    const proxy = this.get(name);
    this.#proxies.delete(name);
    await proxy.stop();
  }

  /** Enables every proxy and removes every toxic. */
  async reset(): Promise<void> {
    for (const proxy of this.all()) {
      await proxy.start();
      for (const toxic of proxy.toxics) proxy.remove(toxic);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((proxy) => proxy.stop()));
  }
}
