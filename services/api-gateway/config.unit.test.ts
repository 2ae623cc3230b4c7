import { expect, it } from 'vitest';
import { loadConfig } from '@quickbite/shared/config';
import { config } from './config.js';

const env = {
  PORT: '3000',
  IDENTITY_SECRET: 'i'.repeat(32),
  JWT_SECRET: 'j'.repeat(32),
  REDIS_URL: 'redis://127.0.0.1:6379',
  USER_SERVICE_URL: 'http://127.0.0.1:3001',
  RESTAURANT_SERVICE_URL: 'http://127.0.0.1:3002',
  ORDER_SERVICE_URL: 'http://127.0.0.1:3003',
  DRIVER_SERVICE_URL: 'http://127.0.0.1:3004',
  NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:3005',
};

it('trusts no proxy and no origin unless it is told to', () => {
  expect(loadConfig(config, env)).toMatchObject({ TRUST_PROXY: [], CORS_ORIGINS: [] });
});

it.each([
  ['loopback', ['loopback']],
  ['10.0.0.0/8, 2001:db8::/32', ['10.0.0.0/8', '2001:db8::/32']],
])('trusts the proxies %s', (text, expected) => {
  expect(loadConfig(config, { ...env, TRUST_PROXY: text }).TRUST_PROXY).toEqual(expected);
});

it.each(['true', '1', 'all', '10.0.0.0/x'])('refuses TRUST_PROXY=%s, which would trust anyone or nobody', (text) => {
  expect(() => loadConfig(config, { ...env, TRUST_PROXY: text })).toThrow(/TRUST_PROXY: expected loopback/);
});

it.each(['*', 'app.example.com', 'https://app.example.com/path'])('refuses CORS_ORIGINS=%s', (text) => {
  expect(() => loadConfig(config, { ...env, CORS_ORIGINS: text })).toThrow(/CORS_ORIGINS/);
});

it('names every problem at once', () => {
  expect(() => loadConfig(config, { PORT: '3000', JWT_SECRET: 'short' })).toThrow(
    /IDENTITY_SECRET is missing\n.*REDIS_URL is missing\n.*JWT_SECRET: expected at least 32 characters/,
  );
});
