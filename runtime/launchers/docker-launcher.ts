import { constants } from 'node:os';
import type { ContainerInspectInfo } from 'dockerode';
import { containerLog } from '../docker/container-log.js';
import { containerOptions, MIB } from '../docker/container-options.js';
import { containerUsage } from '../docker/container-usage.js';
import { findLabelled, removeLabelled } from '../docker/docker-strays.js';
import { engineHost, isPodman, statusOf, unless, withEngine } from '../docker/engine.js';
import { distinct, hasImage, imageOf, missingAmong } from '../docker/images.js';
import type { NeededImage } from '../docker/images.js';
import { inside } from '../docker/inside.js';
import { makeImages } from '../docker/make-images.js';
import { namesOf } from '../docker/names.js';
import { ensureNetwork, ensureVolume } from '../docker/stack-network.js';
import { ExpectedError } from '../errors/index.js';
import type { LaunchSpec, Launcher, PlannedProcess, ProcessEnd, ProcessRef, ProcessStatus } from './launcher.js';
import { PortLostError } from './port-lost-error.js';

const NOT_MODIFIED = 304;
const NOT_FOUND = 404;
const CONFLICT = 409;
/** Exit codes above it are signals. */
const SIGNALLED = 128;

/**
 * Runs definitions as containers that outlive the caller. A process keeps its container from one launch to the next, with its log.
 * @param options.root the repository's root
 */
export function createDockerLauncher(options: { readonly root: string }): Launcher {
  /** Being made now: launches at the same time wait for the same one. Afterwards it is looked for anew: another command may have removed it. */
  const networks = new Map<string, Promise<void>>();
  const images = new Map<string, Promise<NeededImage>>();
  /** Found once: what is launched is what was prepared, also when a source changes in between. */
  const imageFor = ({ def, source }: PlannedProcess): Promise<NeededImage> => {
    const key = def.kind === 'service' ? def.entry : `${def.name} ${source ?? ''}`;
    const found = images.get(key) ?? imageOf(options.root, def, source);
    images.set(key, found);
    return found;
  };

  return {
    mode: 'docker',
    inside,
    get outside() {
      return engineHost();
    },
    forwards: true,
    // A real RabbitMQ, in its image, on a busy machine.
    patience: 4,

    async chooseSource(engine, asked) {
      if (asked === 'embedded') return { source: 'embedded', server: undefined, why: 'asked for' };
      const name = process.env[engine.image.setting] ?? engine.image.name;
      const why = (await hasImage(name)) ? `the image ${name} is there` : `the image ${name} can be pulled`;
      return { source: 'native', server: undefined, why };
    },

    async lacks(processes) {
      const needed = await Promise.all(processes.map(imageFor));
      return (await missingAmong(distinct(needed))).map(({ name }) => name);
    },

    async prepare(processes, { signal, onProgress }) {
      const needed = await Promise.all(processes.map(imageFor));
      const missing = await missingAmong(distinct(needed));
      await makeImages(missing, { root: options.root, signal, onProgress });
    },

    async launch(spec): Promise<ProcessRef> {
      if (spec.container !== undefined) return startAdopted(spec.def.name, spec.container);
      const names = namesOf(spec.folder);
      const network = networks.get(names.network) ?? ensureNetwork(names);
      networks.set(names.network, network);
      await network.finally(() => networks.delete(names.network));
      const name = names.of(spec.def.name);
      const id = (await inspect(name))?.Id ?? (await create(spec, await imageFor(spec)));
      try {
        await withEngine(`start ${name}`, (engine) => unless([NOT_MODIFIED], engine.getContainer(id).start()));
      } catch (error) {
        // What was created with a port that it cannot have is made anew with another.
        if (error instanceof PortLostError) await remove(id);
        throw error;
      }
      return refTo(spec.def.name, id);
    },

    status: async (ref): Promise<ProcessStatus> => statusIn(await inspect(containerOf(ref))),

    async endOf(ref): Promise<ProcessEnd | undefined> {
      const info = await inspect(containerOf(ref));
      if (!info || info.State.Running) return undefined;
      const { OOMKilled: outOfMemory, ExitCode: code } = info.State;
      if (outOfMemory) return { memoryLimitMiB: (info.HostConfig.Memory ?? 0) / MIB };
      const signal = Object.entries(constants.signals).find(([, number]) => number === code - SIGNALLED)?.[0];
      return signal === undefined ? { code } : { signal };
    },

    // The engine gives a port to one container only.
    isStranger: () => Promise.resolve(false),

    async pause(ref) {
      await mustRun(ref, 'paused');
      await withEngine(`pause ${ref.name}`, (engine) =>
        unless([CONFLICT], engine.getContainer(containerOf(ref)).pause()),
      );
    },

    async resume(ref) {
      await mustRun(ref, 'resumed');
      await unpause(ref);
    },

    async isolate(ref) {
      await mustRun(ref, 'isolated');
      if (await isPodman()) throw stayedUnplugged(ref);
      for (const network of await networksOf(ref)) {
        await withEngine(`isolate ${ref.name}`, (engine) =>
          engine.getNetwork(network).disconnect({ Container: containerOf(ref) }),
        );
      }
    },

    async rejoin(ref) {
      const info = await inspect(containerOf(ref));
      if (!info || (await networksOf(ref)).length > 0) return;
      await withEngine(`plug in ${ref.name}`, (engine) =>
        engine
          .getNetwork(info.HostConfig.NetworkMode ?? '')
          .connect({ Container: info.Id, EndpointConfig: { Aliases: [ref.name] } }),
      );
    },

    isIsolated: async (ref) => (await networksOf(ref)).length === 0,

    async kill(ref) {
      await withEngine(`kill ${ref.name}`, async (engine) => {
        const container = engine.getContainer(containerOf(ref));
        await unless([NOT_FOUND, CONFLICT], container.kill({ signal: 'SIGKILL' }));
        await unless([NOT_FOUND], container.wait({ condition: 'not-running' }));
      });
    },

    async stop(ref, { graceMs }) {
      if ((await this.status(ref)) === 'paused') await unpause(ref);
      await withEngine(`stop ${ref.name}`, (engine) =>
        unless([NOT_MODIFIED, NOT_FOUND], engine.getContainer(containerOf(ref)).stop({ t: Math.ceil(graceMs / 1000) })),
      );
      const end = await this.endOf(ref);
      return { forced: end !== undefined && 'signal' in end && end.signal === 'SIGKILL' };
    },

    async usage(refs) {
      const taken = refs.map(async (ref) => [ref.name, await containerUsage(ref.name, containerOf(ref))] as const);
      return new Map((await Promise.all(taken)).flatMap(([name, usage]) => (usage ? [[name, usage]] : [])));
    },

    log: ({ name, folder, container }) => containerLog(name, container ?? namesOf(folder).of(name)),
    findStrays: findLabelled,
    removeStrays: removeLabelled,
  };
}

/** Starts a container that somebody else made, and that nobody but its maker makes anew. */
async function startAdopted(name: string, container: string): Promise<ProcessRef> {
  if ((await inspect(container)) === undefined) {
    throw new ExpectedError(`${name} cannot be started: its container ${container.slice(0, 12)} is gone.`, {
      next: 'Let the stack go with "quickbite down", and adopt it again with "quickbite up --adopt".',
    });
  }
  await withEngine(`start ${name}`, (engine) => unless([NOT_MODIFIED], engine.getContainer(container).start()));
  return refTo(name, container);
}

async function refTo(name: string, container: string): Promise<ProcessRef> {
  const state = (await inspect(container))?.State;
  return { name, container, pid: state?.Pid ?? 0, startedAt: state?.StartedAt ?? 'removed at once' };
}

async function create(spec: LaunchSpec, image: NeededImage): Promise<string> {
  const names = namesOf(spec.folder);
  const settings = containerOptions(spec, image.name, names);
  for (const { Source: volume } of settings.HostConfig?.Mounts ?? []) await ensureVolume(volume, names.labels);
  return withEngine(`create the container of ${spec.def.name} from ${image.name}`, async (engine) => {
    return (await engine.createContainer(settings)).id;
  });
}

async function inspect(container: string): Promise<ContainerInspectInfo | undefined> {
  return withEngine(`look at ${container}`, async (engine) => {
    try {
      return await engine.getContainer(container).inspect();
    } catch (error) {
      if (statusOf(error) === NOT_FOUND) return undefined;
      throw error;
    }
  });
}

/** The networks that a container is plugged into, also while it does not run. */
async function networksOf(ref: ProcessRef): Promise<string[]> {
  return Object.keys((await inspect(containerOf(ref)))?.NetworkSettings.Networks ?? {});
}

async function remove(container: string): Promise<void> {
  await withEngine(`remove ${container}`, (engine) =>
    unless([NOT_FOUND], engine.getContainer(container).remove({ force: true })),
  );
}

/** Seen with Podman 4.3: plugged in again, it is reached by others, but not on the port that it had published. */
const stayedUnplugged = ({ name }: ProcessRef): ExpectedError =>
  new ExpectedError(`${name} cannot be isolated: Podman would not publish its port again afterwards.`, {
    next: 'Pause it with the fault "pause", or cut its links with the fault "partition".',
  });

async function unpause(ref: ProcessRef): Promise<void> {
  await withEngine(`resume ${ref.name}`, (engine) =>
    unless([CONFLICT, NOT_FOUND], engine.getContainer(containerOf(ref)).unpause()),
  );
}

async function mustRun(ref: ProcessRef, done: string): Promise<void> {
  if (statusIn(await inspect(containerOf(ref))) !== 'exited') return;
  throw new ExpectedError(`${ref.name} cannot be ${done}: its container is not running.`, {
    next: 'See what is up with "quickbite status".',
  });
}

function statusIn(info: ContainerInspectInfo | undefined): ProcessStatus {
  if (info?.State.Paused) return 'paused';
  return info?.State.Running ? 'running' : 'exited';
}

function containerOf({ name, container }: ProcessRef): string {
  if (container !== undefined) return container;
  throw new Error(`no container is recorded for ${name}`);
}
