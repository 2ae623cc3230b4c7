import type { ContainerInspectInfo } from 'dockerode';
import type { ProcessStatus } from '../launchers/launcher.js';
import { soon, withEngine } from './engine.js';

/** What Compose writes on its containers. */
const LABELS = {
  project: 'com.docker.compose.project',
  service: 'com.docker.compose.service',
  /** Of `docker compose run`. */
  oneOff: 'com.docker.compose.oneoff',
} as const;

/** A container that Compose has started. */
export interface ComposeContainer {
  readonly id: string;
  /** What `docker-compose.yml` calls it. */
  readonly service: string;
  readonly status: ProcessStatus;
  readonly pid: number;
  readonly startedAt: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where a port of it is published, as it was asked for: `port` is 0 where the engine chooses one at each start. */
  published(port: number): readonly { readonly address: string; readonly port: number }[];
}

/** The containers of a project, also those that do not run. */
export async function findComposeContainers(project: string): Promise<readonly ComposeContainer[]> {
  const label = [`${LABELS.project}=${project}`, `${LABELS.oneOff}=False`];
  return withEngine(`list the containers of the Compose project ${project}`, async (engine) => {
    const found = await engine.listContainers({ all: true, filters: { label }, ...soon() });
    return Promise.all(found.map(async ({ Id: id }) => containerIn(await engine.getContainer(id).inspect())));
  });
}

/** The projects that the engine has containers of. */
export async function composeProjects(): Promise<readonly string[]> {
  return withEngine('list the projects of Compose', async (engine) => {
    const found = await engine.listContainers({ all: true, filters: { label: [LABELS.project] }, ...soon() });
    return [...new Set(found.flatMap(({ Labels: labels }) => labels[LABELS.project] ?? []))].sort();
  });
}

function containerIn({
  Id: id,
  State: state,
  Config: config,
  HostConfig: host,
}: ContainerInspectInfo): ComposeContainer {
  const bindings = (host.PortBindings ?? {}) as Readonly<Record<string, readonly Binding[] | null>>;
  return {
    id,
    service: config.Labels[LABELS.service] ?? '',
    status: state.Paused ? 'paused' : state.Running ? 'running' : 'exited',
    pid: state.Pid,
    startedAt: state.StartedAt,
    env: Object.fromEntries(config.Env.map((entry) => [entry.replace(/=.*$/s, ''), entry.replace(/^[^=]*=/, '')])),
    published: (port) =>
      (bindings[`${port}/tcp`] ?? []).map(({ HostIp, HostPort }) => ({
        address: HostIp ?? '',
        port: Number(HostPort ?? 0),
      })),
  };
}

/** The types say `any`. */
interface Binding {
  readonly HostIp?: string;
  readonly HostPort?: string;
}
