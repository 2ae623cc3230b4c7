import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { freePort } from './free-port.js';
import { repository } from './lab.js';

/** Runs the Docker CLI, without holding up the test runner meanwhile. */
async function docker(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const options = { cwd: repository, env: { ...process.env, COMPOSE_PROFILES: '', ...env } };
  return (await promisify(execFile)('docker', args, options)).stdout;
}

const compose = (...args: readonly string[]): Promise<string> =>
  docker(['compose', '--env-file', '.env.example', ...args]);

/** Compose answers without an engine, and then only validates. */
function answers(...args: readonly string[]): boolean {
  try {
    execFileSync('docker', args, { stdio: 'ignore', timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}

/** The base images that the lab is told of, under the names that they have in `.env`. */
const baseImages = (): Record<string, string> =>
  Object.fromEntries(
    ['NODE', 'REDIS', 'RABBITMQ'].flatMap((name) => {
      const image = process.env[`QUICKBITE_IMAGE_${name}`];
      return image === undefined ? [] : [[`${name}_IMAGE`, image]];
    }),
  );

describe.skipIf(!answers('compose', 'version'))('docker-compose.yml (skipped where there is no Compose)', () => {
  it.each([
    ['core', 10],
    ['observability', 3],
    ['full', 14],
    ['scale', 23],
  ])('is valid for the profile %s', async (profile, count) => {
    const services = await compose('--profile', profile, 'config', '--services');
    expect(services.trim().split('\n')).toHaveLength(count);
  });

  it('is valid with the embedded MongoDB engine', async () => {
    const files = ['-f', 'docker-compose.yml', '-f', 'deploy/docker/embedded-mongo.yml'];
    expect(await compose(...files, '--profile', 'core', 'config')).toContain('WORKSPACE: engines');
  });

  it.skipIf(!answers('info'))(
    'builds and brings up what an order needs, healthy, and takes it away again',
    async () => {
      const project = `quickbite-test-${process.pid}`;
      const port = await freePort();
      const settings = { ...baseImages(), GATEWAY_PORT: String(port), COMPOSE_PROFILES: 'core' };
      const files = ['-f', 'docker-compose.yml', '-f', 'deploy/docker/embedded-mongo.yml'];
      const inProject = (...args: readonly string[]): Promise<string> =>
        docker(['compose', '--env-file', '.env.example', '-p', project, ...files, ...args], settings);
      try {
        await inProject('up', '-d', '--build', '--wait', '--wait-timeout', '120');
        const health = (await inProject('ps', '--format', '{{.Service}} {{.Health}}')).trim().split('\n');
        expect(health).toHaveLength(10);
        expect(health.filter((line) => !line.endsWith(' healthy'))).toEqual([]);
        const answer = await fetch(`http://127.0.0.1:${port}/health`);
        expect(await answer.json()).toMatchObject({ status: 'healthy' });
      } finally {
        await inProject('down', '--volumes', '--timeout', '5');
      }
      const label = ['--filter', `label=com.docker.compose.project=${project}`, '--quiet'];
      for (const list of ['ps --all', 'network ls', 'volume ls']) {
        expect(await docker([...list.split(' '), ...label]), list).toBe('');
      }
    },
  );
});
