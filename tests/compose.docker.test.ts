import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { repository } from './lab.js';

const compose = (...args: readonly string[]): string =>
  execFileSync('docker', ['compose', '--env-file', '.env.example', ...args], {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, COMPOSE_PROFILES: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

function hasCompose(): boolean {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasCompose())('docker-compose.yml (skipped where there is no Compose)', () => {
  it.each([
    ['core', 10],
    ['observability', 3],
    ['full', 14],
    ['scale', 23],
  ])('is valid for the profile %s', (profile, count) => {
    const services = compose('--profile', profile, 'config', '--services');
    expect(services.trim().split('\n')).toHaveLength(count);
  });

  it('is valid with the embedded MongoDB engine', () => {
    const files = ['-f', 'docker-compose.yml', '-f', 'deploy/docker/embedded-mongo.yml'];
    expect(compose(...files, '--profile', 'core', 'config')).toContain('WORKSPACE: engines');
  });
});
