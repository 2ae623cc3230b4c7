import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { thingsOf } from './docker-things.js';
import { freePort } from './free-port.js';
import { openLab, repository } from './lab.js';

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

/** A port for each process that a file of the deployment publishes. */
async function ports(names: readonly string[]): Promise<Record<string, string>> {
  const found = await Promise.all(names.map(async (name) => [`${name}_PORT`, String(await freePort())] as const));
  return Object.fromEntries(found);
}

const SERVICES = ['user', 'restaurant', 'order', 'driver', 'notification'].map((name) => `${name}-service`);
const OPENED = ['mongo', 'redis', 'rabbitmq', ...SERVICES, 'payment-provider'];
const PUBLISHED = ['gateway', ...OPENED].map((name) => name.toUpperCase().replaceAll('-', '_'));

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

  it('is valid opened to the CLI', async () => {
    const files = ['-f', 'docker-compose.yml', '-f', 'deploy/docker/lab.yml'];
    const opened = await compose(...files, '--profile', 'core', 'config', '--format', 'json');
    const { services } = JSON.parse(opened) as { services: Record<string, { ports?: readonly unknown[] }> };
    expect(Object.keys(services).filter((name) => services[name]?.ports?.length !== 1)).toEqual([]);
  });

  it.skipIf(!answers('info'))(
    'builds and brings up what an order needs, healthy, which the CLI adopts and lets go of, and takes it away again',
    async () => {
      const project = `quickbite-test-${process.pid}`;
      const published = await ports(PUBLISHED);
      const settings = { ...baseImages(), ...published, COMPOSE_PROFILES: 'core' };
      const closed = ['-f', 'docker-compose.yml', '-f', 'deploy/docker/embedded-mongo.yml'];
      const withFiles = (files: readonly string[], ...args: readonly string[]): Promise<string> =>
        docker(['compose', '--env-file', '.env.example', '-p', project, ...files, ...args], settings);
      const inProject = (...args: readonly string[]): Promise<string> =>
        withFiles([...closed, '-f', 'deploy/docker/lab.yml'], ...args);
      using lab = openLab();
      const must = async (...args: string[]): Promise<string> => {
        const ended = await lab.run(...args);
        expect(ended.code, `${ended.stderr}\n${ended.stdout}`).toBe(0);
        return ended.stdout;
      };
      try {
        await inProject('up', '-d', '--build', '--wait', '--wait-timeout', '120');
        const health = (await inProject('ps', '--format', '{{.Service}} {{.Health}}')).trim().split('\n');
        expect(health).toHaveLength(10);
        expect(health.filter((line) => !line.endsWith(' healthy'))).toEqual([]);
        const answer = await fetch(`http://127.0.0.1:${published['GATEWAY_PORT'] ?? ''}/health`);
        expect(await answer.json()).toMatchObject({ status: 'healthy' });

        const adopted = JSON.parse(await must('up', '--adopt', project, '--json')) as {
          adoptedFrom: string;
          processes: readonly { name: string; status: string }[];
        };
        expect(adopted).toMatchObject({ adoptedFrom: project });
        expect(adopted.processes.map(({ name }) => name).sort()).toEqual(['api-gateway', ...OPENED].sort());
        expect(adopted.processes.filter(({ status }) => status !== 'ready')).toEqual([]);
        await must('seed');
        await must('knobs', 'order-service', '--json');
        expect(await must('logs', 'order-service')).not.toBe('');
        expect(JSON.parse(await must('stats', '--json'))).toHaveLength(health.length);
        expect((await lab.run('fault', 'isolate', 'order-service')).stderr).toContain('Compose has plugged it in');
        await must('fault', 'restart', 'order-service');
        await must('fault', 'kill', 'order-service');
        const down = await must('down');
        expect(down).toContain('undone: kill order-service');
        expect(down).toContain(`"docker compose -p ${project} down" removes it`);
        expect(thingsOf(lab.home)).toEqual([]);
        expect((await inProject('ps', '--quiet')).trim().split('\n')).toHaveLength(health.length);

        await withFiles(closed, 'up', '-d', '--no-deps', 'payment-provider');
        const refused = await lab.run('up', '--adopt', project);
        expect(refused.stderr).toContain('payment-provider does not publish its port 3006 here');
        // Other projects of the same engine may stand beside it.
        expect((await lab.run('up', '--adopt', 'nobody')).stderr).toMatch(new RegExp(`there is: .*\\b${project}\\b`));
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
