import { Toxiproxy } from 'toxiproxy-node-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from './server-process.test.js';
import type { StartedProcess } from './server-process.test.js';
import { connectTo, startUpstream, until } from './upstream-server.test.js';
import type { UpstreamServer } from './upstream-server.test.js';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** What the HTTP API of any Toxiproxy must do, run against the one that `start` starts. */
export function apiBehaviours(start: () => Promise<StartedProcess>): void {
  let server: StartedProcess;
  let upstream: UpstreamServer;
  let toxiproxy: Toxiproxy;

  const request = async (method: string, path: string, body?: unknown, headers = {}): Promise<Answer> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${server.url}${path}`, { method, headers, ...(body !== undefined && { body: text }) });
    const answered = await answer.text();
    return { status: answer.status, body: /^\s*[[{]/.test(answered) ? (JSON.parse(answered) as unknown) : answered };
  };
  const create = (name = 'echo', more = {}) =>
    toxiproxy.createProxy({ name, listen: '127.0.0.1:0', upstream: upstream.address, ...more });

  beforeAll(async () => {
    server = await start();
    upstream = await startUpstream();
    toxiproxy = new Toxiproxy(server.url);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });
  const removeAll = async () => {
    for (const proxy of Object.values(await toxiproxy.getAll())) await proxy.remove();
  };
  beforeEach(removeAll);
  afterEach(removeAll);

  it('says its version, and that it is a 2.x', async () => {
    expect(JSON.parse(await toxiproxy.getVersion())).toEqual({ version: expect.stringMatching(/^2\./) as string });
  });

  describe('proxies', () => {
    it('are made enabled, on the port that they were given by the system, and carry bytes', async () => {
      const proxy = await create();
      expect(proxy).toMatchObject({ name: 'echo', enabled: true, upstream: upstream.address });
      expect(proxy.listen).toMatch(/^127\.0\.0\.1:[1-9]\d+$/);
      using client = await connectTo(proxy.listen);
      client.socket.write('hello');
      await until('the echo comes back', () => client.received() === 'hello');
    });

    it('are listed by name, each with its toxics', async () => {
      const proxy = await create('one');
      await create('two', { enabled: false });
      await request('POST', '/proxies/one/toxics', { type: 'latency', attributes: { latency: 5 } });
      expect(await request('GET', '/proxies')).toEqual({
        status: 200,
        body: {
          one: {
            name: 'one',
            listen: proxy.listen,
            upstream: upstream.address,
            enabled: true,
            toxics: [expect.objectContaining({ name: 'latency_downstream' })],
          },
          two: expect.objectContaining({ enabled: false, toxics: [] }) as object,
        },
      });
    });

    it.each([
      ['no name', { listen: '127.0.0.1:0', upstream: '127.0.0.1:1' }, 'missing required field: name'],
      ['no upstream', { name: 'x', listen: '127.0.0.1:0' }, 'missing required field: upstream'],
    ])('with %s are refused', async (_what, body, error) => {
      expect(await request('POST', '/proxies', body)).toMatchObject({ status: 400, body: { error, status: 400 } });
    });

    it.each([
      ['nothing', ''],
      ['no JSON', '{'],
      ['a wrong type', '{"name": 5}'],
      ['a list', '[]'],
    ])('sent as %s are a bad request', async (_what, body) => {
      const error = expect.stringMatching(/^bad request body: ./) as string;
      expect(await request('POST', '/proxies', body)).toMatchObject({ status: 400, body: { error, status: 400 } });
    });

    it('of a name that there is are a conflict, and the first one stays', async () => {
      const first = await create();
      const again = { name: 'echo', listen: '127.0.0.1:0', upstream: '127.0.0.1:1' };
      expect(await request('POST', '/proxies', again)).toMatchObject({
        status: 409,
        body: { error: 'proxy already exists', status: 409 },
      });
      expect((await toxiproxy.get('echo')).listen).toBe(first.listen);
    });

    it('on a port that is taken are an error, and are not there afterwards', async () => {
      const { listen } = await create();
      const answer = await request('POST', '/proxies', { name: 'rival', listen, upstream: upstream.address });
      expect(answer).toMatchObject({
        status: 500,
        body: { error: expect.stringContaining('already in use') as string },
      });
      expect(Object.keys(await toxiproxy.getAll())).toEqual(['echo']);
    });

    it.each(['GET', 'POST', 'DELETE'])('that there are not answer %s with 404', async (method) => {
      const body = method === 'POST' ? {} : undefined;
      expect(await request(method, '/proxies/nothing', body)).toMatchObject({
        status: 404,
        body: { error: 'proxy not found', status: 404 },
      });
    });

    it('refuse connections while they are disabled, and drop those that they had', async () => {
      const proxy = await create();
      using client = await connectTo(proxy.listen);
      const disabled = await proxy.update({ enabled: false, listen: proxy.listen, upstream: proxy.upstream });
      expect(disabled.enabled).toBe(false);
      await until('the connection is dropped', () => client.over());
      await expect(connectTo(proxy.listen)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await request('POST', '/proxies/echo', { enabled: true });
      (await connectTo(proxy.listen))[Symbol.dispose]();
    });

    it('can be led to another server; what is not named stays as it was', async () => {
      await using other = await startUpstream((socket) => socket.end('the other'));
      const proxy = await create();
      expect(await request('PATCH', '/proxies/echo', { upstream: other.address })).toMatchObject({
        status: 200,
        body: { name: 'echo', upstream: other.address, listen: proxy.listen, enabled: true },
      });
      using client = await connectTo(proxy.listen);
      await until('the other server answers', () => client.received() === 'the other');
    });

    it('can move to another port', async () => {
      const proxy = await create();
      const listen = `127.0.0.1:${await freePort()}`;
      expect((await proxy.update({ enabled: true, listen, upstream: proxy.upstream })).listen).toBe(listen);
      await expect(connectTo(proxy.listen)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      (await connectTo(listen))[Symbol.dispose]();
    });

    it('are gone, port and connections, once they are deleted', async () => {
      const proxy = await create();
      using client = await connectTo(proxy.listen);
      expect(await request('DELETE', '/proxies/echo')).toEqual({ status: 204, body: '' });
      await until('the connection is dropped', () => client.over());
      await expect(connectTo(proxy.listen)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      expect(await toxiproxy.getAll()).toEqual({});
    });
  });

  describe('populate', () => {
    it('makes several at once', async () => {
      const wanted = ['one', 'two'].map((name) => ({ name, listen: '127.0.0.1:0', upstream: upstream.address }));
      const made = await toxiproxy.populate(wanted);
      expect(Object.keys(made)).toEqual(['one', 'two']);
      (await connectTo(made['two']?.listen ?? ''))[Symbol.dispose]();
    });

    it('keeps one that has the same addresses, toxics and connections, and replaces one that has others', async () => {
      const proxy = await create();
      await proxy.addToxic({
        name: 'slow',
        type: 'latency',
        stream: 'upstream',
        toxicity: 1,
        attributes: { latency: 1, jitter: 0 },
      });
      using client = await connectTo(proxy.listen);
      const same = { name: 'echo', listen: proxy.listen, upstream: proxy.upstream };
      expect(await request('POST', '/populate', [same])).toMatchObject({
        status: 201,
        body: { proxies: [{ toxics: [{ name: 'slow' }] }] },
      });
      client.socket.write('still');
      await until('the connection still carries', () => client.received() === 'still');
      const moved = await request('POST', '/populate', [{ ...same, upstream: '127.0.0.1:1' }]);
      expect(moved).toMatchObject({ status: 201, body: { proxies: [{ upstream: '127.0.0.1:1', toxics: [] }] } });
    });

    it('refuses a list with an entry that lacks something, and makes none of it', async () => {
      const good = { name: 'good', listen: '127.0.0.1:0', upstream: upstream.address };
      expect(await request('POST', '/populate', [good, { name: 'bad' }])).toMatchObject({
        status: 400,
        body: { error: 'missing required field: upstream at proxy 2', status: 400 },
      });
      expect(await toxiproxy.getAll()).toEqual({});
    });
  });

  it('reset enables every proxy and removes every toxic', async () => {
    const proxy = await create();
    await request('POST', '/proxies/echo/toxics', { type: 'timeout' });
    await request('POST', '/proxies/echo', { enabled: false });
    await toxiproxy.reset();
    expect(await request('GET', '/proxies/echo')).toMatchObject({ body: { enabled: true, toxics: [] } });
    (await connectTo(proxy.listen))[Symbol.dispose]();
  });

  describe('toxics', () => {
    it('have defaults: downstream, every connection, a name of type and stream', async () => {
      await create();
      expect(await request('POST', '/proxies/echo/toxics', { type: 'latency', attributes: { latency: 7 } })).toEqual({
        status: 200,
        body: {
          name: 'latency_downstream',
          type: 'latency',
          stream: 'downstream',
          toxicity: 1,
          attributes: { latency: 7, jitter: 0 },
        },
      });
    });

    it('are found, changed and removed by name', async () => {
      const proxy = await create();
      const made = await proxy.addToxic({
        name: 'slow',
        type: 'latency',
        stream: 'upstream',
        toxicity: 0.5,
        attributes: { latency: 10, jitter: 2 },
      });
      expect((await proxy.getToxic('slow')).toJson()).toEqual(made.toJson());
      expect(await request('PATCH', '/proxies/echo/toxics/slow', { attributes: { latency: 20 } })).toMatchObject({
        status: 200,
        body: { name: 'slow', toxicity: 0.5, attributes: { latency: 20, jitter: 2 } },
      });
      await made.remove();
      expect(await request('GET', '/proxies/echo/toxics')).toEqual({ status: 200, body: [] });
    });

    it.each([
      ['an unknown type', { type: 'poison' }, 'invalid toxic type'],
      [
        'an unknown stream',
        { type: 'latency', stream: 'sideways' },
        'stream was invalid, can be either upstream or downstream',
      ],
    ])('of %s are refused', async (_what, body, error) => {
      await create();
      expect(await request('POST', '/proxies/echo/toxics', body)).toMatchObject({
        status: 400,
        body: { error, status: 400 },
      });
    });

    it('with an attribute of the wrong type are a bad request', async () => {
      await create();
      const body = { type: 'latency', attributes: { latency: 'long' } };
      expect(await request('POST', '/proxies/echo/toxics', body)).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(/^bad request body: .*latency/) as string },
      });
    });

    it('of a name that there is are a conflict', async () => {
      await create();
      await request('POST', '/proxies/echo/toxics', { type: 'latency' });
      expect(await request('POST', '/proxies/echo/toxics', { type: 'latency' })).toMatchObject({
        status: 409,
        body: { error: 'toxic already exists', status: 409 },
      });
    });

    it.each(['GET', 'POST', 'DELETE'])('that there are not answer %s with 404', async (method) => {
      await create();
      expect(await request(method, '/proxies/echo/toxics/nothing', method === 'POST' ? {} : undefined)).toMatchObject({
        status: 404,
        body: { error: 'toxic not found', status: 404 },
      });
    });
  });

  it('refuses a browser, so that a page cannot control it', async () => {
    const answer = await request('GET', '/proxies', undefined, { 'user-agent': 'Mozilla/5.0' });
    expect(answer).toEqual({ status: 403, body: 'User agent not allowed\n' });
  });

  it.each([
    ['GET', '/nothing', 404],
    ['GET', '/reset', 405],
    ['PUT', '/proxies', 405],
  ])('answers %s %s with %i', async (method, path, status) => {
    expect((await request(method, path)).status).toBe(status);
  });
}
