import { describe, expect, it } from 'vitest';
import { catalogue } from '../definitions/index.js';
import type { ServiceDef } from '../definitions/index.js';
import { createProcessLauncher } from '../launchers/index.js';
import type { Inside } from '../launchers/index.js';
import { environmentOf, mentionedProcesses, placeholderNames } from './placeholders.js';
import type { ProcessRecord, StackState } from './state-file.js';

const record = (name: string, port: number): ProcessRecord => ({
  name,
  kind: 'service',
  port,
  extraPorts: { dist: 50_001 },
  wanted: 'running',
});

const state: StackState = {
  version: 1,
  id: 'lab',
  mode: 'process',
  phase: 'booting',
  lifetime: 'run',
  createdAt: '2026-01-01T00:00:00.000Z',
  owner: { pid: 1, startedAt: 'x' },
  secrets: { lab: 'key' },
  processes: [record('user-service', 3101), record('mongo', 27_117)],
  absentPorts: { 'order-service': 3203 },
  links: [],
};

const fill = (
  env: Record<string, string>,
  serverEnv: Record<string, string> = {},
  stackState: StackState = state,
  inside: Inside = createProcessLauncher({ root: '/' }).inside,
) => {
  const def = { ...(catalogue.find(({ name }) => name === 'user-service') as ServiceDef), env };
  const self = { record: record('user-service', 3101), dataDir: '/data/user' };
  return environmentOf(def, serverEnv, { state: stackState, catalogue, inside }, self);
};

describe('environmentOf', () => {
  it('fills in ports, hosts, addresses, secrets and folders', () => {
    const env = fill(
      {
        PORT: '{self.port}',
        MONGO: 'mongodb://{mongo.host}:{mongo.port}/db',
        SAME: '{mongo.url}',
        ME: '{user-service.url}',
        KEY: '{secret.lab}',
      },
      { DIST: '{free-port.dist}', HOME: '{self.dataDir}/home' },
    );
    expect(env).toMatchObject({
      PORT: '3101',
      MONGO: 'mongodb://127.0.0.1:27117/db',
      SAME: 'mongodb://127.0.0.1:27117',
      ME: 'http://127.0.0.1:3101',
      KEY: 'key',
      DIST: '50001',
      HOME: '/data/user/home',
    });
  });

  it('gives one of several time to be noticed before it ends, and none to who is alone', () => {
    const second = { ...record('user-service-2', 3111), instanceOf: 'user-service' };
    const env = { NOTICE: '{self.noticeMs}' };
    expect(fill(env)['NOTICE']).toBe('0');
    expect(Number(fill(env, {}, { ...state, processes: [...state.processes, second] })['NOTICE'])).toBeGreaterThan(0);
  });

  it('names the proxy of a link, to the process whose link it is only', () => {
    const linked = (from: string) => ({ ...state, links: [{ from, to: 'mongo', port: 8500 }] });
    const env = { MONGO: '{mongo.host}:{mongo.port}' };
    expect(fill(env, {}, linked('user-service'))['MONGO']).toBe('127.0.0.1:8500');
    expect(fill(env, {}, linked('order-service'))['MONGO']).toBe('127.0.0.1:27117');
  });

  it('lists all instances where the definition asks for them, each through its own link', () => {
    const many = {
      ...state,
      processes: [
        ...state.processes,
        record('driver-service', 3004),
        { ...record('driver-service-2', 3014), instanceOf: 'driver-service' },
      ],
      links: [{ from: 'user-service', to: 'driver-service-2', port: 8500 }],
    };
    const env = fill(
      { ALL: '{driver-service.urls}', ONE: '{driver-service.url}', NONE: '{order-service.urls}' },
      {},
      many,
    );
    expect(env).toMatchObject({
      ALL: 'http://127.0.0.1:3004,http://127.0.0.1:8500',
      ONE: 'http://127.0.0.1:3004',
      NONE: 'http://127.0.0.1:3203',
    });
  });

  it('names the port that is kept free for a process that is not part of the stack', () => {
    expect(fill({ ORDERS: '{order-service.url}' })['ORDERS']).toBe('http://127.0.0.1:3203');
  });

  it('tells a container what it sees: names and usual ports', () => {
    const inside: Inside = {
      bind: '0.0.0.0',
      callers: 'uniquelocal',
      dataDir: () => '/data',
      address: ({ name, usualPort }) => ({ host: name, port: usualPort }),
      link: (port) => ({ host: 'toxiproxy', port }),
    };
    const template = {
      HOST: '{self.bind}:{self.port}',
      TRUST: '{self.callers}',
      DATA: '{self.dataDir}',
      MONGO: '{mongo.url}',
      ALL: '{driver-service.urls}',
      NONE: '{order-service.url}',
    };
    const many = {
      ...state,
      processes: [
        ...state.processes,
        record('driver-service', 3104),
        { ...record('driver-service-2', 3114), instanceOf: 'driver-service' },
      ],
      links: [{ from: 'user-service', to: 'mongo', port: 8600 }],
    };
    expect(fill(template, {}, many, inside)).toEqual({
      HOST: '0.0.0.0:3001',
      TRUST: 'uniquelocal',
      DATA: '/data',
      MONGO: 'mongodb://toxiproxy:8600',
      ALL: 'http://driver-service:3004,http://driver-service-2:3004',
      NONE: 'http://order-service:3003',
    });
  });

  it('fails on a placeholder that nothing fills, naming it and the variable', () => {
    expect(() => fill({ X: '{redis.port}' })).toThrow('nothing to put for {redis.port} in X');
  });
});

it('finds what templates mention', () => {
  const templates = ['{redis.port} {secret.jwt}', '{self.port}', '{free-port.epmd} {redis.host}'];
  expect(mentionedProcesses(templates)).toEqual(['redis']);
  expect(placeholderNames(templates, 'secret')).toEqual(['jwt']);
  expect(placeholderNames(templates, 'free-port')).toEqual(['epmd']);
});
