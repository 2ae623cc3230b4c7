import { describe, expect, it } from 'vitest';
import { parseEngines, parsePorts } from './assignments.js';

const names = ['redis', 'mongo', 'api-gateway'];

const failureOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('expected it to fail');
};

describe('--port', () => {
  it('is read as often as it is given', () => {
    expect(parsePorts(['redis=7000', 'api-gateway=4000'], names)).toEqual({ redis: 7000, 'api-gateway': 4000 });
  });

  it.each([
    ['4000', '--port wants name=value, not "4000".', 'For example "--port api-gateway=4000".'],
    ['=4000', '--port wants name=value, not "=4000".', 'For example "--port api-gateway=4000".'],
    ['redis=http', 'must be a whole number from 1 to 65535, not "http"', 'For example "--port redis=4000".'],
    ['redis=0', 'not "0"', 'For example "--port redis=4000".'],
    ['redis=65536', 'not "65536"', 'For example "--port redis=4000".'],
    ['redis=1e3', 'not "1e3"', 'For example "--port redis=4000".'],
    ['redis=-1', 'not "-1"', 'For example "--port redis=4000".'],
    ['redsi=4000', '--port: there is no process "redsi".', 'Did you mean redis?'],
    ['kafka=4000', '--port: there is no process "kafka".', 'Choose one of redis, mongo, api-gateway.'],
  ])('%s is a usage error that says what was expected', (text, message, next) => {
    expect(failureOf(() => parsePorts([text], names))).toMatchObject({
      message: expect.stringContaining(message) as string,
      next,
      exitCode: 2,
    });
  });
});

describe('--engine', () => {
  it('is native or embedded, of an engine', () => {
    expect(parseEngines(['redis=embedded', 'mongo=native'], names)).toEqual({ redis: 'embedded', mongo: 'native' });
    expect(failureOf(() => parseEngines(['redis=docker'], names))).toMatchObject({
      message: '--engine redis must be native or embedded, not "docker".',
      exitCode: 2,
    });
    expect(failureOf(() => parseEngines(['order-service=native'], names))).toMatchObject({ exitCode: 2 });
  });
});
