import { describe, expect, it } from 'vitest';
import { ConfigError, amqpUrl, baseConfig, loadConfig, mongoUrl, redisUrl, serviceUrl } from './index.js';

const schema = baseConfig.extend({
  MONGO_URL: mongoUrl,
  REDIS_URL: redisUrl,
  AMQP_URL: amqpUrl,
  USER_SERVICE_URL: serviceUrl,
});
const valid = {
  PORT: '3004',
  IDENTITY_SECRET: 's'.repeat(32),
  MONGO_URL: 'mongodb://127.0.0.1:27017/driver_service',
  REDIS_URL: 'redis://127.0.0.1:6379',
  AMQP_URL: 'amqp://guest:guest@127.0.0.1:5672',
  USER_SERVICE_URL: 'http://127.0.0.1:3001',
};

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('is read with its types and defaults, and without the rest of the environment', () => {
    const config = loadConfig(schema, { ...valid, HOME: '/root' });
    expect(config).toMatchObject({ ...valid, PORT: 3004, HOST: '127.0.0.1', LOG_LEVEL: 'info' });
    expect(config).not.toHaveProperty('HOME');
  });

  it('names every problem at once', () => {
    const problems = problemsOf({ PORT: '70000', LOG_LEVEL: 'loud', MONGO_URL: 'mongodb://127.0.0.1:27017' });
    expect(problems.map((problem) => problem.split(/[ :]/)[0])).toEqual([
      'PORT',
      'LOG_LEVEL',
      'IDENTITY_SECRET',
      'MONGO_URL',
      'REDIS_URL',
      'AMQP_URL',
      'USER_SERVICE_URL',
    ]);
    expect(problems).toContain('IDENTITY_SECRET is missing');
    expect(problems).toContain('MONGO_URL: expected mongodb://host:port/database');
  });

  it('never repeats a value: it may be a secret', () => {
    const secrets = Object.fromEntries(Object.keys(valid).map((name) => [name, `hunter2-${name.toLowerCase()}`]));
    const problems = problemsOf({
      ...secrets,
      IDENTITY_SECRET: 'hunter2',
      QUICKBITE_LAB_KEY: 'hunter2',
      LOG_LEVEL: 'hunter2',
    });
    expect(problems.length).toBeGreaterThanOrEqual(8);
    expect(problems.join()).not.toContain('hunter2');
  });

  it.each(['PORT', 'MONGO_URL', 'IDENTITY_SECRET'])('takes an empty %s for a missing one', (name) => {
    expect(problemsOf({ ...valid, [name]: '' })).toEqual([`${name} is missing`]);
  });
});
