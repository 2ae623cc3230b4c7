import { describe, expect, it } from 'vitest';
import { catalogue } from '../definitions/index.js';
import type { ServiceDef } from '../definitions/index.js';
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
};

const fill = (env: Record<string, string>, serverEnv: Record<string, string> = {}) => {
  const def = { ...(catalogue.find(({ name }) => name === 'user-service') as ServiceDef), env };
  const self = { record: record('user-service', 3101), dataDir: '/data/user' };
  return environmentOf(def, serverEnv, { state, folder: '/stacks/lab', catalogue }, self);
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

  it('names the port that is kept free for a process that is not part of the stack', () => {
    expect(fill({ ORDERS: '{order-service.url}' })['ORDERS']).toBe('http://127.0.0.1:3203');
  });

  it('marks the process as part of the stack', () => {
    expect(fill({})).toEqual({ QUICKBITE_STACK_ID: 'lab', QUICKBITE_STACK_FOLDER: '/stacks/lab' });
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
